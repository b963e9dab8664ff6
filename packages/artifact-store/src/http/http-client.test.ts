import { describe, expect, it } from 'vitest';
import { startFileServer } from '../file-server.fixture.js';
import { keepingLogger, quickClient } from '../http-client.fixture.js';

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  status: 200,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('json', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('asks again after %i', async (status) => {
    const server = await startFileServer();
    server.behave = (_, nth) => (nth < 3 ? { status } : json({ nth }));
    await expect(quickClient().json(server.url('/a'))).resolves.toMatchObject({
      status: 200,
      body: { nth: 3 },
    });
    expect(server.seen).toHaveLength(3);
  });

  it('asks again after a broken connection, and gives up after the attempts', async () => {
    const server = await startFileServer();
    server.behave = (_, nth) => (nth < 3 ? { reset: true } : json([]));
    await expect(quickClient().json(server.url('/a'))).resolves.toMatchObject({ body: [] });
    server.behave = () => ({ reset: true });
    await expect(quickClient({ attempts: 2 }).json(server.url('/b'))).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      details: { url: server.url('/b'), reason: 'ECONNRESET' },
    });
    expect(server.seen.filter(({ path }) => path === '/b')).toHaveLength(2);
  });

  it.each([400, 401, 402, 403, 404, 423, 451])('gives back %i without asking again', async (status) => {
    const server = await startFileServer();
    server.behave = () => ({ ...json({ error: 'x' }), status });
    await expect(quickClient().json(server.url('/a'))).resolves.toMatchObject({
      status,
      body: { error: 'x' },
    });
    expect(server.seen).toHaveLength(1);
  });

  it('gives back 429 when it stays, with the text of an answer that is not JSON', async () => {
    const server = await startFileServer();
    server.behave = () => ({ status: 429, body: '<p>slow down</p>', headers: { 'retry-after': '0' } });
    const answer = await quickClient({ attempts: 2 }).json(server.url('/a'));
    expect(answer).toMatchObject({ status: 429, body: '<p>slow down</p>' });
    expect(answer.headers.get('retry-after')).toBe('0');
  });

  it.each([500, 501, 503, 507])('throws at %i', async (status) => {
    const server = await startFileServer();
    server.behave = () => ({ status });
    await expect(quickClient({ attempts: 2 }).json(server.url('/a'))).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      details: { status },
    });
  });

  it('refuses what is no JSON, or too much of it', async () => {
    const server = await startFileServer();
    server.behave = ({ path }) =>
      path === '/html' ? { status: 200, body: '<html>' } : json('x'.repeat(2000));
    await expect(quickClient().json(server.url('/html'))).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
    await expect(quickClient().json(server.url('/big'), { maxBytes: 1000 })).rejects.toThrow(
      /more than 1000 bytes/,
    );
  });

  it('waits as long as Retry-After asks, and no longer than the request may take', async () => {
    const server = await startFileServer();
    server.behave = (_, nth) => (nth === 1 ? { status: 503, headers: { 'retry-after': '1' } } : json(1));
    const started = performance.now();
    await quickClient().json(server.url('/a'));
    expect(performance.now() - started).toBeGreaterThan(950);
    server.behave = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    await expect(quickClient().json(server.url('/b'))).resolves.toMatchObject({ status: 429 });
  });

  it('ends after its time, whether nothing comes or half an answer', async () => {
    const server = await startFileServer();
    const client = quickClient({ requestTimeoutMs: 200, stallTimeoutMs: 5_000 });
    server.behave = ({ path }) =>
      path === '/silent' ? { silent: true } : { ...json('long enough'), stallAfter: 3 };
    for (const path of ['/silent', '/half']) {
      await expect(client.json(server.url(path))).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
    }
  });

  it('stops at once when it is aborted, in a request and in a pause', async () => {
    const server = await startFileServer();
    server.behave = ({ path }) => (path === '/silent' ? { silent: true } : { status: 503 });
    const client = quickClient({ backoffMs: { first: 60_000, most: 60_000 }, requestTimeoutMs: 600_000 });
    for (const path of ['/silent', '/pause']) {
      await expect(client.json(server.url(path), { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
        code: 'ABORTED',
      });
    }
    await expect(client.json(server.url('/x'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(server.seen.map(({ path }) => path)).not.toContain('/x');
  });

  it('touches no network when offline', async () => {
    const server = await startFileServer();
    const client = quickClient({ offline: true });
    await expect(client.json(server.url('/a?token=abcdef'))).rejects.toMatchObject({
      code: 'OFFLINE',
      message: expect.not.stringContaining('abcdef') as string,
    });
    await expect(client.fetch(server.url('/a'))).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(server.seen).toEqual([]);
  });

  it('says at once when there is no such host', async () => {
    const client = quickClient({ backoffMs: { first: 60_000, most: 60_000 } });
    await expect(client.json('http://no-such-host.invalid/')).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });

  it('refuses what is no http address', async () => {
    await expect(quickClient().json('file:///etc/passwd')).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    await expect(quickClient().json('models/x')).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});

describe('fetch', () => {
  it('is fetch: methods, bodies, headers, url and redirects', async () => {
    const server = await startFileServer({ '/there': Buffer.from('content') });
    server.behave = ({ path }) =>
      path === '/here' ? { status: 302, headers: { location: '/there' } } : undefined;
    const { fetch } = quickClient();
    const response = await fetch(new URL(server.url('/here')), { headers: { 'x-one': '1' } });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.ok, response.url, response.redirected]).toEqual([
      200,
      true,
      server.url('/there'),
      true,
    ]);
    expect(await response.text()).toBe('content');
    expect(server.seen[1]?.headers['x-one']).toBe('1');
    const manual = await fetch(new Request(server.url('/here')), { redirect: 'manual' });
    expect([manual.status, manual.headers.get('location')]).toEqual([302, '/there']);
    await expect(fetch(server.url('/here'), { redirect: 'error' })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
    const head = await fetch(server.url('/there'), { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['7', '']);
  });

  it('never repeats a POST', async () => {
    const server = await startFileServer();
    server.behave = () => ({ status: 503 });
    const response = await quickClient().fetch(server.url('/a'), { method: 'POST', body: 'x' });
    expect([response.status, server.seen.length]).toEqual([503, 1]);
  });

  it('bounds the wait for an answer, not the time of its body', async () => {
    const content = Buffer.alloc(40_000);
    const server = await startFileServer({ '/slow': content });
    server.behave = ({ path }) => (path === '/slow' ? { bytesPerSecond: 80_000 } : { silent: true });
    const { fetch } = quickClient({ requestTimeoutMs: 250, stallTimeoutMs: 5_000 });
    const response = await fetch(server.url('/slow'));
    expect((await response.arrayBuffer()).byteLength).toBe(content.length);
    await expect(fetch(server.url('/silent'))).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it('ends a body that stalls', async () => {
    const server = await startFileServer({ '/a': Buffer.alloc(1000) });
    server.behave = () => ({ stallAfter: 10 });
    const response = await quickClient().fetch(server.url('/a'));
    await expect(response.arrayBuffer()).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it('gives up on a circle of redirects', async () => {
    const server = await startFileServer();
    server.behave = () => ({ status: 307, headers: { location: '/again' } });
    await expect(quickClient().fetch(server.url('/a'))).rejects.toThrow(/redirects more than 10 times/);
    expect(server.seen).toHaveLength(11);
  });
});

it('logs what it repeats, for debugging', async () => {
  const server = await startFileServer();
  const logger = keepingLogger();
  server.behave = (_, nth) => (nth === 1 ? { status: 502 } : json(1));
  await quickClient({ logger }).json(server.url('/a'));
  expect(logger.lines).toEqual([expect.stringMatching(/"failures":1.*status 502.*asking again/)]);
});
