import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256Of, startFileServer } from '../file-server.fixture.js';
import { quickClient } from '../http-client.fixture.js';
import { createArtifactStore } from '../store/create-artifact-store.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { filesIn, visibleFiles } from './store-content.fixture.js';

const content = randomBytes(600_000);

/** Only tried: a run that leaves these tests out must leave no disk mounted. */
const mayMount = ((): boolean => {
  if (process.platform !== 'linux') return false;
  const { status } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'care-probe', '/mnt']);
  return status === 0;
})();
if (!mayMount) process.stderr.write('full-disk.test.ts: skipped, this process may not mount a tmpfs\n');

/** A file system of its own of one MiB. */
async function smallDisk(): Promise<string> {
  const directory = await temporaryDirectory();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1024k', 'care-small-disk', directory]);
  expect(status).toBe(0);
  onTestFinished(() => void spawnSync('umount', [directory]));
  return directory;
}

const freeBytes = (directory: string) => statfsSync(directory).bavail * statfsSync(directory).bsize;

describe.skipIf(!mayMount)('a cache on a disk that is full', () => {
  it.each([
    ['is told before anything is written where the size is known', {}],
    ['gives back its room where the size shows only in the end', { without: ['content-length'] }],
  ])('%s, and is downloaded when there is room', async (_, behaviour) => {
    const directory = await smallDisk();
    const server = await startFileServer({ '/m': content });
    server.behave = () => behaviour;
    const store = createArtifactStore({ directory: join(directory, 'cache'), client: quickClient() });
    const ballast = join(directory, 'ballast');
    writeFileSync(ballast, new Uint8Array(700_000));
    const free = freeBytes(directory);
    const source = { name: 'm', url: server.url('/m') };

    await expect(store.fetch(source)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(filesIn(directory)).toEqual(['ballast']);
    expect(free - freeBytes(directory)).toBeLessThan(50_000);

    rmSync(ballast);
    await expect(store.fetch(source)).resolves.toMatchObject({ sha256: sha256Of(content) });
    expect(visibleFiles(join(directory, 'cache'))).toEqual([sha256Of(content)]);
  });

  it('leaves other files of the cache as they are', async () => {
    const directory = await smallDisk();
    const server = await startFileServer({ '/m': content, '/small': content.subarray(0, 200_000) });
    const store = createArtifactStore({ directory, client: quickClient() });
    const small = await store.fetch({ name: 'small', url: server.url('/small') });
    writeFileSync(join(directory, 'ballast'), new Uint8Array(freeBytes(directory)));
    await expect(store.fetch({ name: 'm', url: server.url('/m') })).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });
    expect(await store.verify()).toMatchObject({ checked: 1, corrupt: [] });
    expect(await store.find(small.sha256)).toMatchObject({ size: 200_000 });
  });
});
