import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { parseModelReference } from '@care/registry-core';
import { expect, it } from 'vitest';
import { classicDetector, packagedDetector } from './models.fixture.js';
import { keepingLog, registryOf, startServer, temporaryFolder } from './registry.fixture.js';
import { API_KEY, type ApiFault } from './testing/index.js';

/** The key as it may be written: plain, percent-encoded, in base64 at any of the three alignments. */
const FORMS = [
  API_KEY,
  encodeURIComponent(API_KEY),
  ...['', 'x', 'xx'].map((before) => {
    const coded = Buffer.from(`${before}${API_KEY}`).toString('base64');
    return coded.slice(before.length === 0 ? 0 : 4, -4);
  }),
];

const REFERENCE = parseModelReference('ward/3');

async function contents(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => `${name}\n${await readFile(join(parentPath, name), 'latin1')}`);
  return (await Promise.all(texts)).join('\n');
}

const FAULTS: readonly (readonly ApiFault[])[] = [
  [],
  [{ status: 401, body: `{"error":"key ${API_KEY} does not exist"}` }],
  [{ status: 403, body: API_KEY }],
  [{ status: 404 }],
  [{ status: 503 }, { status: 503, body: API_KEY }],
  [{ status: 429 }, { status: 429 }],
  [{ status: 200, body: `{"ort":{"model":"${API_KEY}"},"modelMetadata":{"modelId":"${API_KEY}"}}` }],
  [{ status: 200, body: `not JSON: ${API_KEY}` }],
  [{ kind: 'broken' }, { kind: 'broken' }],
  [{ kind: 'stalls' }],
  [{ status: 302, headers: { location: `http://127.0.0.1:1/?api_key=${API_KEY}` } }, { status: 302 }],
];

it.each(['models', 'classic'] as const)(
  'the key is nowhere but in questions to the API (%s)',
  async (protocol) => {
    const cacheDir = await temporaryFolder();
    const log = keepingLog();
    const written: string[] = [];
    for (const faults of FAULTS) {
      const server = await startServer();
      const model = protocol === 'models' ? { packaged: packagedDetector() } : { classic: classicDetector() };
      server.serve('ward/3', { ...model, private: true });
      const options = { protocol, attempts: 2, timeoutSeconds: 1 };
      const registry = await registryOf(server, { cacheDir, log, options });
      server.fail(...faults);
      try {
        const found = await registry.resolve(REFERENCE);
        server.content.expireAll();
        const local = await registry.fetch?.(found, found.variants[0]?.id ?? '');
        written.push(JSON.stringify(local));
      } catch (error) {
        written.push(inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error));
        if (error instanceof Error) written.push(error.stack ?? '');
      }
      // The API gets the key, whoever it redirects to does not.
      expect(server.requests.filter(({ url }) => !url.startsWith('/storage/')).length).toBeGreaterThan(0);
      written.push(JSON.stringify(server.content.requests));
      written.push(JSON.stringify(server.requests.filter(({ url }) => url.startsWith('/storage/'))));
    }
    const everything = [...written, ...log.lines, await contents(cacheDir), process.title].join('\n');
    expect(everything).toContain('ward/3');
    for (const form of FORMS) expect(everything).not.toContain(form);
    // Signed URLs are as good as keys while they last.
    expect(await contents(cacheDir)).not.toContain('X-Goog-Signature');
    expect(log.lines.join('\n')).not.toMatch(/X-Goog-Signature=\d/);
  },
);

it('the key goes as the protocol demands, and not at all without one', async () => {
  const server = await startServer();
  server.serve('ward/3', { classic: classicDetector() });
  await (await registryOf(server)).resolve(REFERENCE);
  const [models, classic] = server.requests.splice(0);
  expect([models?.url.includes(API_KEY), models?.headers.authorization]).toEqual([
    false,
    `Bearer ${API_KEY}`,
  ]);
  expect(classic?.url).toContain(`api_key=${API_KEY}`);
  expect(classic?.headers.authorization).toBeUndefined();
  for (const key of ['', 'local']) {
    await (await registryOf(server, { env: { ROBOFLOW_API_KEY: key } })).resolve(REFERENCE);
    expect(
      server.requests.flatMap(({ url, headers }) => [url.includes('api_key'), headers.authorization]),
    ).toEqual(server.requests.flatMap(() => [false, undefined]));
    server.requests.splice(0);
  }
});

it('a private model without a key is UNAUTHORIZED, with the remedy', async () => {
  const server = await startServer();
  server.serve('ward/3', { packaged: packagedDetector(), private: true });
  const registry = await registryOf(server, { env: { ROBOFLOW_API_KEY: '' } });
  await expect(registry.resolve(REFERENCE)).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    remedy: expect.stringContaining('ROBOFLOW_API_KEY') as string,
  });
});
