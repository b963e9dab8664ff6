import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tensorRtOptionsSchema } from '../options.js';
import { engineCacheRoot, engineFolders, engineIdentity } from './engine-cache.js';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const gpu = { driver: '550.54.14', cards: ['RTX 4070'] };
const file = (text: string) => ({ name: 'm.onnx', bytes: Buffer.from(text) });
const model = { format: 'onnx', precision: 'fp32', model: file('one'), externalData: [] };
const identity = (changes: { model?: object; options?: object; gpu?: object; runtime?: string } = {}) =>
  engineIdentity(
    { ...model, ...changes.model },
    tensorRtOptionsSchema.parse(changes.options ?? {}),
    { ...gpu, ...changes.gpu },
    changes.runtime ?? '1.30.0',
  );

describe('engineFolders', () => {
  it('gives each GPU, driver, runtime, model and way of building a folder of its own', async () => {
    const root = await mkdtemp(join(tmpdir(), 'care-tensorrt-cache-'));
    folders.push(root);
    const others = [
      { gpu: { cards: ['RTX 4090'] } },
      { gpu: { driver: '565.57.01' } },
      { runtime: '1.31.0' },
      { model: { model: file('two') } },
      { model: { externalData: [{ name: 'w.bin', bytes: Buffer.from('w') }] } },
      { model: { precision: 'fp16' } },
      { options: { precision: 'fp16' } },
      { options: { builderOptimizationLevel: 5 } },
      { options: { deviceId: 1 } },
      { options: { fallback: 'cpu' } },
    ];
    const first = await engineFolders(root, identity());
    const engines = [first.engines];
    for (const other of others) engines.push((await engineFolders(root, identity(other))).engines);
    expect(new Set(engines).size).toBe(others.length + 1);
    // What does not change an engine does not build it again.
    for (const same of [
      { options: { logSeverityLevel: 0, progressSeconds: 1 } },
      { options: { intraOpThreads: 2 } },
    ]) {
      expect((await engineFolders(root, identity(same))).engines).toBe(first.engines);
    }
    const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'; // of "one"
    expect(JSON.parse(await readFile(join(first.engines, 'about.json'), 'utf8'))).toMatchObject({
      gpu: '0 of RTX 4070',
      driver: '550.54.14',
      runtime: '1.30.0',
      files: { 'm.onnx': sha256 },
    });
  });

  it('shares timings between models of one GPU, and counts the engines that are there', async () => {
    const root = await mkdtemp(join(tmpdir(), 'care-tensorrt-cache-'));
    folders.push(root);
    const one = await engineFolders(root, identity());
    const two = await engineFolders(root, identity({ model: { model: file('two') } }));
    expect(two.timings).toBe(one.timings);
    expect(one.found).toBe(0);
    await writeFile(join(one.engines, 'TensorrtExecutionProvider_TRTKernel_graph_0_0_sm89.engine'), '');
    expect((await engineFolders(root, identity())).found).toBe(1);
    expect((await engineFolders(root, identity({ gpu: { driver: '1.0' } }))).timings).not.toBe(one.timings);
  });
});

describe('engineCacheRoot', () => {
  const root = (options: object, env: Record<string, string>) =>
    engineCacheRoot(tensorRtOptionsSchema.parse(options), { env, rootDir: '/srv/app' });

  it('is what the host says, else below what the environment names, else off', () => {
    expect(root({ engineCache: { dir: 'trt' } }, { HOME: '/users/a' })).toBe('/srv/app/trt');
    expect(root({}, { CARE_CACHE_DIR: '/c', MODEL_CACHE_DIR: '/m' })).toBe('/c/tensorrt-engines');
    expect(root({}, { CARE_CACHE_DIR: '', MODEL_CACHE_DIR: '/m' })).toBe('/m/tensorrt-engines');
    expect(root({}, { XDG_CACHE_HOME: '/x', HOME: '/users/a' })).toBe('/x/care/tensorrt-engines');
    expect(root({}, { HOME: '/users/a' })).toBe('/users/a/.cache/care/tensorrt-engines');
    expect(root({}, {})).toBeUndefined();
    expect(root({ engineCache: false }, { HOME: '/users/a' })).toBeUndefined();
  });
});
