import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startFileServer } from '../../file-server.fixture.js';
import { quickClient } from '../../http-client.fixture.js';
import { temporaryDirectory } from '../../temporary-directory.fixture.js';
import { startProxy } from './proxy.fixture.js';

// Made by tools/fixtures/artifact_store_certificates.sh.
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const authority = fixture('authority.pem');
const tls = {
  key: readFileSync(fixture('localhost.key.pem'), 'utf8'),
  cert: readFileSync(fixture('localhost.pem'), 'utf8'),
};

const files = { '/a': Buffer.from('{"a":1}') };

describe('certificate authorities', () => {
  it.each(['CARE_CA_FILE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'])('of %s are trusted', async (name) => {
    const server = await startFileServer(files, tls);
    await expect(quickClient({ env: { [name]: authority } }).json(server.url('/a'))).resolves.toMatchObject({
      body: { a: 1 },
    });
  });

  it('that are not known are refused at once, with the remedy', async () => {
    const server = await startFileServer(files, tls);
    const client = quickClient({ backoffMs: { first: 60_000, most: 60_000 } });
    await expect(client.json(server.url('/a'))).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      remedy: expect.stringContaining('CARE_CA_FILE') as string,
    });
    expect(server.seen).toEqual([]);
  });

  it('do not include those of NODE_EXTRA_CA_CERTS alone: that is read by Node at its start', async () => {
    const server = await startFileServer(files, tls);
    const env = { NODE_EXTRA_CA_CERTS: authority, CARE_CA_FILE: fixture('localhost.pem') };
    await expect(quickClient({ env }).json(server.url('/a'))).resolves.toMatchObject({ status: 200 });
  });

  it('that cannot be read are told by the variable', async () => {
    const path = join(await temporaryDirectory(), 'ca.pem');
    const client = quickClient({ env: { SSL_CERT_FILE: path } });
    await expect(client.json('https://localhost/')).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    writeFileSync(path, 'no certificate');
    await expect(client.json('https://localhost/')).rejects.toThrow(/SSL_CERT_FILE names, holds no PEM/);
  });
});

it('lives on when a server ends a connection whose body nobody has read to its end', async () => {
  const content = Buffer.alloc(4_000_000, 1);
  const server = await startFileServer({ '/m': content });
  server.behave = ({ path }) => (path === '/m' ? { headers: { connection: 'close' } } : undefined);
  const client = quickClient({ stallTimeoutMs: 5_000 });
  const slow = await client.open({ url: server.url('/m') });
  await client.open({ url: server.url('/m') });
  await new Promise((resolve) => setTimeout(resolve, 300));
  let length = 0;
  for await (const chunk of slow.body) length += chunk.length;
  expect(length).toBe(content.length);
});

it.each(['gzip', 'deflate', 'br', 'identity', 'gzip, br'])('undoes the encoding %s', async (encoding) => {
  const encode = {
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    identity: (bytes: Buffer) => bytes,
  };
  const names = encoding.split(', ') as (keyof typeof encode)[];
  const body = names.reduce<Buffer>((bytes, name) => encode[name](bytes), Buffer.from('{"a":1}'));
  const server = await startFileServer();
  server.behave = () => ({ status: 200, body, headers: { 'content-encoding': encoding } });
  await expect(quickClient().json(server.url('/a'))).resolves.toMatchObject({ body: { a: 1 } });
});

it.each([
  ['of an unknown name', 'zstd', Buffer.from('x')],
  ['that is damaged', 'gzip', Buffer.from('no gzip')],
  ['that is cut short', 'gzip', gzipSync('{"a":1}').subarray(0, 15)],
])('refuses an encoding %s', async (_, encoding, body) => {
  const server = await startFileServer();
  server.behave = () => ({ status: 200, body, headers: { 'content-encoding': encoding } });
  await expect(quickClient({ attempts: 1 }).json(server.url('/a'))).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
  });
});

it('tells of a header that cannot be sent without its value', async () => {
  const request = quickClient().json('http://localhost:9/', {
    headers: { authorization: 'Bearer mArKeR\nx' },
  });
  await expect(request).rejects.toMatchObject({
    code: 'OPTIONS_INVALID',
    message: expect.not.stringContaining('mArKeR') as string,
  });
});

describe('proxies', () => {
  it('are used for https, with their credentials, and what is inside is seen by nobody', async () => {
    const server = await startFileServer(files, tls);
    const proxy = await startProxy();
    const env = { HTTPS_PROXY: `http://user:pass%20word@127.0.0.1:${proxy.port}`, CARE_CA_FILE: authority };
    const client = quickClient({ env });
    await client.json(server.url('/a'));
    await client.json(server.url('/a'));
    // One for both requests: it is kept.
    expect(proxy.tunnels).toEqual([
      {
        to: server.origin.replace('https://', ''),
        authorization: `Basic ${Buffer.from('user:pass word').toString('base64')}`,
      },
    ]);
    expect(server.seen[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('pass on what is not encrypted, asked by its whole address', async () => {
    const server = await startFileServer(files);
    const proxy = await startProxy();
    await quickClient({ env: { http_proxy: `user:word@127.0.0.1:${proxy.port}` } }).json(server.url('/a'));
    const authorization = `Basic ${Buffer.from('user:word').toString('base64')}`;
    expect(proxy.requests).toEqual([{ to: server.url('/a'), authorization }]);
    expect(server.seen[0]?.headers.host).toBe(new URL(server.origin).host);
  });

  it.each(['localhost', '*', 'example.org, .localhost', 'localhost:PORT'])(
    'are left out for NO_PROXY=%s',
    async (text) => {
      const server = await startFileServer(files);
      const proxy = await startProxy();
      const port = new URL(server.origin).port;
      const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: text.replace('PORT', port) };
      await quickClient({ env }).json(server.url('/a'));
      expect([proxy.tunnels, proxy.requests]).toEqual([[], []]);
    },
  );

  it('are not those of the process, but of the given environment', async () => {
    const server = await startFileServer(files);
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = 'http://127.0.0.1:9';
    try {
      await expect(quickClient().json(server.url('/a'))).resolves.toMatchObject({ status: 200 });
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });

  it('that refuse are told, without their password', async () => {
    const server = await startFileServer(files, tls);
    const proxy = await startProxy(407);
    const env = { HTTPS_PROXY: `http://user:hunter2hunter@127.0.0.1:${proxy.port}`, CARE_CA_FILE: authority };
    const client = quickClient({ env, attempts: 1 });
    const error: unknown = await client.json(server.url('/a')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      message: expect.stringContaining('407') as string,
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('that are no address are told by the variable', async () => {
    const client = quickClient({ env: { HTTPS_PROXY: 'http://[' } });
    await expect(client.json('https://localhost/')).rejects.toThrow(
      /HTTPS_PROXY names no http or https proxy/,
    );
  });
});
