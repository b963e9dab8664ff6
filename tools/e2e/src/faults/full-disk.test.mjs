/**
 * A disk that fills up. Of CARE's own nothing is written for a local registry, so what can be full is the disk of the models directory while
 * a model is copied to it. `full-cache.test.mjs` has the cache of a registry that downloads.
 */
import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxDetector, widthOf } from './box-detector.fixture.mjs';
import { installedCare } from './installed-care.fixture.mjs';
import { ServedModel } from './served-model.fixture.mjs';
import { smallDisk } from './small-disk.fixture.mjs';
import { until } from './steady-load.fixture.mjs';

/** Two models fit with room to spare; beside the ballast the second one does not. */
const DISK_KIB = 1024;
// Only tried here: a run that leaves this test out runs no hook that would unmount it.
const probe = smallDisk(DISK_KIB);
probe?.unmount();
if (probe === undefined) console.warn('full-disk.test.mjs: skipped, this process may not mount a tmpfs');

describe.skipIf(probe === undefined)('a models directory on a disk that is full', () => {
  let disk;
  let installed;
  let served;
  beforeAll(async () => {
    disk = smallDisk(DISK_KIB);
    installed = await installedCare();
    served = await ServedModel.start({ ...installed, isolation: 'process', versioned: true, dir: disk.dir });
  });
  afterAll(async () => {
    await served?.stop();
    installed?.remove();
    disk?.unmount();
  });

  it('refuses the half copy, serves on, and takes the whole file once there is room', async () => {
    const { load, deployment } = served;
    const whole = path.join(installed.root, 'next.onnx');
    writeFileSync(whole, boxDetector(24));
    const ballast = path.join(disk.dir, 'ballast.bin');
    writeFileSync(ballast, new Uint8Array(disk.free() - statSync(whole).size / 2));

    const files = served.nextFiles();
    files.describe();
    expect(() => copyFileSync(whole, files.model)).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    // As `cp` leaves it: what there was room for, under the name of the whole.
    writeFileSync(files.model, boxDetector(24).subarray(0, Math.floor(statSync(whole).size / 3)));
    await until(() => deployment.status.problem?.code === 'ARTIFACT_CORRUPT', 'the refusal');
    await load.more(5);
    expect(new Set(load.askedSince(0).map(widthOf))).toEqual(new Set([8]));
    expect(served.refusals.at(-1)).toMatchObject({
      version: files.version,
      error: { code: 'ARTIFACT_CORRUPT' },
    });
    expect(served.log).toContainEqual(expect.objectContaining({ level: 'warn', code: 'ARTIFACT_CORRUPT' }));

    rmSync(ballast);
    copyFileSync(whole, files.model);
    await served.answersWith(24);
    expect(deployment.status.problem).toBeUndefined();
    expect(load.failures).toEqual([]);
  });
});
