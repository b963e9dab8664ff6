import { expect, it } from 'vitest';
import { startFileServer } from '../file-server.fixture.js';
import { quickClient } from '../http-client.fixture.js';

const KEY = 'mArKeR-7f3/+=&x';

it('keeps credentials with the origin they are for', async () => {
  const cdn = await startFileServer({ '/file': Buffer.from('x') });
  const api = await startFileServer();
  const query = `api_key=${encodeURIComponent(KEY)}`;
  api.behave = ({ path }) =>
    path.startsWith('/near')
      ? { status: 302, headers: { location: `/far?${query}` } }
      : { status: 302, headers: { location: cdn.url(`/file?a=%2F&${query}&X-Amz-Signature=own`) } };
  const headers = {
    authorization: `Bearer ${KEY}`,
    cookie: KEY,
    'x-api-key': KEY,
    accept: 'x/y',
    range: 'bytes=0-',
  };
  const response = await quickClient({ secrets: [KEY] }).fetch(api.url(`/near?${query}`), { headers });
  expect(await response.text()).toBe('x');
  expect(api.seen.map((request) => request.headers)).toEqual([
    expect.objectContaining(headers),
    expect.objectContaining(headers),
  ]);
  expect(cdn.seen).toHaveLength(1);
  expect(cdn.seen[0]).toMatchObject({
    path: '/file?a=%2F&X-Amz-Signature=own',
    headers: { accept: 'x/y', range: 'bytes=0-', 'user-agent': 'care' },
  });
  for (const form of [KEY, encodeURIComponent(KEY)]) expect(JSON.stringify(cdn.seen)).not.toContain(form);
});

it('does not give credentials back to an origin that another one redirected to', async () => {
  const api = await startFileServer({ '/end': Buffer.from('x') });
  const other = await startFileServer();
  api.behave = ({ path }) =>
    path === '/begin' ? { status: 307, headers: { location: other.url('/') } } : undefined;
  other.behave = () => ({ status: 307, headers: { location: api.url('/end') } });
  await quickClient().fetch(api.url('/begin'), { headers: { authorization: KEY } });
  expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([KEY, undefined]);
});

it('sends the account of an address as Basic, to that origin', async () => {
  const other = await startFileServer({ '/': Buffer.from('x') });
  const api = await startFileServer();
  api.behave = () => ({ status: 301, headers: { location: other.url('/') } });
  await quickClient()
    .json(api.url('/').replace('://', '://user:pass%20word@'))
    .catch(() => undefined);
  expect(api.seen.at(-1)?.headers.authorization).toBe(
    `Basic ${Buffer.from('user:pass word').toString('base64')}`,
  );
  expect(other.seen.at(-1)?.headers.authorization).toBeUndefined();
});

it.each([
  [303, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [307, 'POST', 'POST'],
  [303, 'HEAD', 'HEAD'],
])('%i turns %s into %s', async (status, method, expected) => {
  const server = await startFileServer({ '/b': Buffer.from('x') });
  server.behave = ({ path }) => (path === '/a' ? { status, headers: { location: '/b' } } : undefined);
  await quickClient().fetch(server.url('/a'), { method, ...(method === 'POST' ? { body: 'body' } : {}) });
  expect(server.seen.map((request) => request.method)).toEqual([method, expected]);
});

it.each(['ftp://h/x', 'file:///etc/passwd', 'http://[bad'])('refuses to go to %s', async (location) => {
  const server = await startFileServer();
  server.behave = () => ({ status: 302, headers: { location } });
  await expect(quickClient().json(server.url('/a'))).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  expect(server.seen).toHaveLength(1);
});
