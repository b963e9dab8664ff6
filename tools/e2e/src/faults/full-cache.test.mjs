/** The disk of the cache fills up while `care serve` brings a new version from a file server. */
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxDetector, widthOf } from './box-detector.fixture.mjs';
import { installedCare } from './installed-care.fixture.mjs';
import { ModelFiles } from './models-folder.fixture.mjs';
import { ServedOverHttp } from './served-over-http.fixture.mjs';
import { smallDisk } from './small-disk.fixture.mjs';
import { until } from './steady-load.fixture.mjs';

/** Three models fit; beside the ballast the next one does not. */
const DISK_KIB = 1024;
const probe = smallDisk(DISK_KIB);
probe?.unmount();
if (probe === undefined) console.warn('full-cache.test.mjs: skipped, this process may not mount a tmpfs');

/** The folder as a static file server gives it, with an index of its manifests. */
async function fileServer(dir) {
  const server = createServer((request, response) => {
    const name = path.basename(new URL(request.url, 'http://server').pathname);
    const manifests = readdirSync(dir).filter((file) => file.endsWith('.json'));
    const file = path.join(dir, name);
    if (name === 'index.json') response.end(JSON.stringify({ manifests }));
    else if (readdirSync(dir).includes(name)) {
      response.writeHead(200, { 'content-length': statSync(file).size });
      response.end(request.method === 'HEAD' ? undefined : readFileSync(file));
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe.skipIf(probe === undefined)('a cache on a disk that is full', () => {
  let disk;
  let installed;
  let served;
  let files;
  beforeAll(async () => {
    disk = smallDisk(DISK_KIB);
    installed = await installedCare(['server', 'cli', 'registry-http']);
    served = await ServedOverHttp.start(installed, {
      version: '1.0.0',
      environment: async (dir) => {
        files = await fileServer(dir);
        return {
          LOCAL_MODELS_ENABLED: 'false',
          CARE_HTTP_INDEX: `http://127.0.0.1:${files.address().port}/index.json`,
          CARE_HTTP_POLL_SECONDS: '0.2',
          CARE_CACHE_DIR: disk.dir,
          NO_PROXY: '*',
        };
      },
    });
  });
  afterAll(async () => {
    const code = await served?.stop();
    files?.close();
    installed?.remove();
    disk?.unmount();
    if (served !== undefined) expect(code).toBe(0);
  });

  it('serves the old version on, tells it everywhere, and takes the next good file when there is room', async () => {
    const { load } = served;
    const ballast = path.join(disk.dir, 'ballast.bin');
    writeFileSync(ballast, new Uint8Array(disk.free() - boxDetector(8).length / 2));
    const asked = performance.now();
    new ModelFiles(served.dir, '1.1.0').good(24);
    const refused = { outcome: 'refused', reason: 'STORAGE_FULL' };
    await until(async () => (await served.series('care_reloads_total', refused)) === 1, 'the metric');
    await load.more(5);
    expect(new Set(load.askedSince(asked).map(widthOf))).toEqual(new Set([8]));
    expect(await served.model()).toMatchObject({ ready: true, problem: { code: 'STORAGE_FULL' } });
    expect(served.log).toContainEqual(expect.objectContaining({ level: 'warn', code: 'STORAGE_FULL' }));
    expect(served.log).toContainEqual(
      expect.objectContaining({
        event: expect.objectContaining({
          kind: 'refused',
          version: '1.1.0',
          error: expect.objectContaining({ code: 'STORAGE_FULL' }),
        }),
      }),
    );

    rmSync(ballast);
    new ModelFiles(served.dir, '1.2.0').good(32);
    await served.answersWith(32);
    await until(async () => (await served.model()).problem === null, 'the end of the problem');
    expect(load.failures).toEqual([]);
  });
});
