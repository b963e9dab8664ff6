import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeOpenVino } from './device-probe.js';
import { absence } from './engine.fixture.js';
import { openVinoOptionsSchema } from './options.js';
import { loadOpenVino, thisHost, type OpenVinoAddon, type RuntimeHost } from './openvino-runtime.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'care-openvino-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A host with Node 22 whose packages lie in a folder of the test. */
function hostIn(root: string): RuntimeHost {
  const require = createRequire(join(root, 'host.js'));
  return {
    nodeVersion: '22.20.0',
    platform: 'linux-x64',
    importAddon: () => Promise.resolve().then(() => require('openvino-node') as { addon: OpenVinoAddon }),
  };
}

const failure = (host: RuntimeHost) =>
  loadOpenVino(host).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('loadOpenVino says what is missing and what mends it', () => {
  it('Node before 21, which is told without touching the package', async () => {
    const host = {
      ...thisHost,
      nodeVersion: '20.19.0',
      importAddon: () => Promise.reject(new Error('touched')),
    };
    expect(await failure(host)).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/needs Node 21 or newer, this is 20\.19\.0/) as string,
      remedy: expect.stringMatching(/Node 22/) as string,
    });
  });

  it('a platform that Intel does not build for', async () => {
    expect(await failure({ ...hostIn(folder), platform: 'darwin-x64' })).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/darwin-x64/) as string,
    });
  });

  it('the package', async () => {
    expect(await failure(hostIn(join(folder, 'empty')))).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/openvino-node is not installed/) as string,
      remedy: expect.stringMatching(/npm install openvino-node/) as string,
    });
  });

  it('the native part, which the install script of the real package fetches', async () => {
    await copyPackage(join(folder, 'bare'));
    expect(await failure(hostIn(join(folder, 'bare')))).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/native part .* has not been downloaded/) as string,
      remedy: expect.stringMatching(/npm rebuild openvino-node --ignore-scripts=false/) as string,
    });
  });

  it('a native part that does not load, with what the loader says', async () => {
    const bin = join(await copyPackage(join(folder, 'broken')), 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'ov_node_addon.node'), 'cut short');
    expect(await failure(hostIn(join(folder, 'broken')))).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/does not load: .*ov_node_addon\.node/) as string,
      remedy: expect.stringMatching(/node_modules\/openvino-node\/bin/) as string,
    });
  });
});

/** The package as npm installs it with install scripts off: everything but `bin`. */
async function copyPackage(root: string): Promise<string> {
  const source = dirname(createRequire(import.meta.url).resolve('openvino-node/package.json'));
  const target = join(root, 'node_modules', 'openvino-node');
  await cp(source, target, { recursive: true, filter: (path) => path !== join(source, 'bin') });
  return target;
}

describe('probe', () => {
  it('tells every device with reason and remedy where the engine cannot be loaded', async () => {
    const host = { ...thisHost, nodeVersion: '20.19.0' };
    const probe = await probeOpenVino(openVinoOptionsSchema.parse({}), host);
    expect(probe.available).toBe(false);
    expect(probe.devices.map(({ id }) => id)).toEqual(['cpu', 'gpu', 'npu', 'auto']);
    for (const device of probe.devices) {
      expect(device).toMatchObject({ available: false, reason: probe.reason, remedy: probe.remedy });
    }
  });

  it('tells the truth about this machine', async () => {
    const probe = await probeOpenVino(openVinoOptionsSchema.parse({}));
    expect(probe.available).toBe(absence === undefined);
    if (absence !== undefined) expect(probe.reason).toBe(absence);
    else expect(probe.engineVersion).toMatch(/^20\d\d\.\d/);
  });
});
