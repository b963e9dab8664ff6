import { createHash } from 'node:crypto';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import {
  silentLogger,
  type ModelPackage,
  type ModelRegistry,
  type ModelVariant,
  type Tensor,
} from '@care/registry-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import {
  detectorPackage,
  greyFrame,
  registryOf,
  scriptedHost,
  scriptedVariant,
  type ScriptedHost,
} from '../testing/scripted-host.fixture.js';
import type { LoadOptions } from '../model/load-options.js';
import type { Model } from '../model/model.js';
import { createCare } from './create-care.js';

/** This package's own folder declares @care/backend-ort, so discovery finds the real backend there. */
const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

let host: ScriptedHost;
const models: Model[] = [];
beforeEach(async () => {
  host = await scriptedHost();
});
afterEach(async () => {
  for (const model of models.splice(0)) await model.dispose();
  await host.dispose();
});

/**
 * A real detector in YOLOv8's layout whose confidence is the mean of the picture: output = box + mean(images) * mask,
 * with one box in the middle and the mask 1 at its first class.
 */
function meanDetector(classes = 2, batch: number | string = 1): Uint8Array {
  const rows = 4 + classes;
  const box = new Float32Array(rows * 21);
  [16, 16, 8, 8].forEach((value, row) => (box[row * 21] = value));
  const mask = new Float32Array(rows * 21);
  mask[4 * 21] = 1;
  const dims = [1, rows, 21];
  const initializers: Record<string, Tensor> = {
    box: { type: 'float32', dims, data: box },
    mask: { type: 'float32', dims, data: mask },
  };
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [batch, 3, 32, 32] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [batch, rows, 21] }],
    nodes: [
      { op: 'ReduceMean', inputs: ['images'], outputs: ['lines'], attributes: { axes: [3], keepdims: 0 } },
      { op: 'ReduceMean', inputs: ['lines'], outputs: ['mean'], attributes: { axes: [1, 2], keepdims: 1 } },
      { op: 'Mul', inputs: ['mask', 'mean'], outputs: ['scores'] },
      { op: 'Add', inputs: ['box', 'scores'], outputs: ['output0'] },
    ],
    initializers,
  });
}

/** GIF89a with a palette of one grey and black. */
function onePixelGif(grey: number): Uint8Array {
  const head = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, grey, grey, grey, 0, 0, 0];
  return Uint8Array.from([...head, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]);
}

function onnxVariant(path: string, more: Partial<ModelVariant['artifacts'][number]> = {}): ModelVariant {
  const artifact = { name: 'model.onnx', role: 'model', path, ...more } as const;
  return { id: 'onnx', format: 'onnx', precision: 'fp32', artifacts: [artifact] };
}

async function loadReal(model: ModelPackage, options: LoadOptions = {}): Promise<Model> {
  const care = await createCare({
    root: PACKAGE_ROOT,
    registries: [registryOf([model])],
    logger: silentLogger,
    plugins: { ort: { intraOpThreads: 1 } },
  });
  const loaded = await care.load(model.modelId, options);
  models.push(loaded);
  return loaded;
}

describe.each(['thread', 'process'] as const)('a real ONNX model with isolation: %s', (isolation) => {
  it('predicts with ONNX Runtime and states the hash of the bytes it runs', async () => {
    const file = join(host.root, 'mean.onnx');
    const bytes = meanDetector();
    await writeFile(file, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const variant = onnxVariant(file, { size: bytes.length, sha256 });
    const model = await loadReal(detectorPackage([variant]), { isolation, replicas: 2 });
    const [light, dark] = await model.predict([greyFrame(200), greyFrame(51)]);
    // Mean of a picture of one grey: 200 / 255 and 51 / 255
    expect(light?.predictions[0]?.confidence).toBeCloseTo(0.7843, 4);
    expect(dark?.predictions[0]?.confidence).toBeCloseTo(0.2, 4);
    expect(light?.predictions[0]).toMatchObject({ box: [12, 12, 20, 20] });
    expect(light?.model).toMatchObject({ backend: 'ort', device: 'cpu', variant: 'onnx', sha256 });
  });

  it.each([
    ['open', 'n', 3, [3, 3, 2]],
    ['open, on two workers', 'n', 8, [4, 4]],
    ['fixed at 2', 2, 8, [2, 2, 2, 2]],
    ['fixed at 1', 1, 8, [1, 1, 1, 1, 1, 1, 1, 1]],
  ])('runs the images of one call together when the batch is %s', async (name, batch, maxBatch, groups) => {
    const file = join(host.root, `batch-${batch}.onnx`);
    await writeFile(file, meanDetector(2, batch));
    const replicas = name.includes('two') ? 2 : 1;
    const model = await loadReal(detectorPackage([onnxVariant(file)]), { maxBatch, replicas, isolation });
    const greys = [40, 60, 80, 100, 120, 140, 160, 180];
    const predictions = await model.predict(greys.map(greyFrame), { confidence: 0 });
    expect(predictions.map(({ predictions: [first] }) => Math.round((first?.confidence ?? 0) * 255))).toEqual(
      greys,
    );
    const runs = new Map<object, number>();
    for (const { timings } of predictions) runs.set(timings, (runs.get(timings) ?? 0) + 1);
    expect([...runs.values()]).toEqual(groups);
    await expect(model.predict([greyFrame(50), 'no-such.jpg', greyFrame(70)])).rejects.toThrow(
      coded('INPUT_INVALID', /no-such/),
    );
    expect((await model.predict(greyFrame(51))).predictions[0]?.confidence).toBeCloseTo(0.2, 4);
  });

  it.each([
    [{ class: 'light', confidence: 0.5, box: [0.375, 0.375, 0.625, 0.625] }, undefined],
    [{ class: 'light', confidence: 0.9 }, /finds no light 0.90, but light 0.50 at \[0, 0, 1, 1\]/],
    [{ class: 'dark' }, /finds no dark, but light/],
    [{ class: 'light', box: [20, 20, 28, 28] }, /finds no light at \[20, 20, 28, 28\]/],
  ] as const)('lets a model answer its probe pictures before it serves: %j', async (expected, refusal) => {
    const file = join(host.root, 'probed.onnx');
    await writeFile(file, meanDetector());
    // A GIF of 32 x 32 would need compression; one pixel of the grey 128 is letterboxed to as many.
    const path = join(host.root, 'grey.gif');
    await writeFile(path, onePixelGif(128));
    const probes = [{ path, expect: [expected] }];
    const loading = loadReal({ ...detectorPackage([onnxVariant(file)]), probes }, { isolation });
    if (refusal === undefined) expect((await loading).package.probes).toEqual(probes);
    else {
      await expect(loading).rejects.toThrow(coded('PROBE_FAILED', refusal));
      const asked = { ...detectorPackage([onnxVariant(file)]), probes };
      expect((await loadReal(asked, { isolation, probes: false })).package.probes).toEqual(probes);
    }
  });

  it.each([
    ['no file', () => Promise.resolve(), 'ARTIFACT_MISSING'],
    ['a folder', (file: string) => mkdir(file), 'ARTIFACT_CORRUPT'],
    ['an empty file', (file: string) => writeFile(file, ''), 'ARTIFACT_CORRUPT'],
    ['a text', (file: string) => writeFile(file, 'this is no model'), 'ARTIFACT_CORRUPT'],
    ['half a model', (file: string) => writeFile(file, meanDetector().subarray(0, 400)), 'ARTIFACT_CORRUPT'],
    ['5 classes where 2 are named', (file: string) => writeFile(file, meanDetector(5)), 'MODEL_INCOMPATIBLE'],
  ] as const)('%s: a typed error and no worker left', async (_what, make, code) => {
    const file = join(host.root, 'bad.onnx');
    await make(file);
    await expect(loadReal(detectorPackage([onnxVariant(file)]), { isolation })).rejects.toThrow(coded(code));
  });

  it('a sparse file of 3 GiB is refused before a byte of it is read', async () => {
    const file = join(host.root, 'huge.onnx');
    await writeFile(file, '');
    await truncate(file, 3 * 1024 ** 3);
    await expect(loadReal(detectorPackage([onnxVariant(file)]), { isolation })).rejects.toThrow(
      coded('ARTIFACT_CORRUPT', /3221225472 bytes, the limit/),
    );
  });

  it.each([
    ['size', { size: 1 }, /1 are declared/],
    ['sha256', { sha256: '0'.repeat(64) }, /sha256 is [0-9a-f]{64}/],
  ])('another %s than declared is ARTIFACT_CORRUPT', async (_what, declared, message) => {
    const file = join(host.root, 'mean.onnx');
    await writeFile(file, meanDetector());
    const model = detectorPackage([onnxVariant(file, declared)]);
    await expect(loadReal(model, { isolation })).rejects.toThrow(coded('ARTIFACT_CORRUPT', message));
  });

  it('is cancelled and timed out while a backend hangs', async () => {
    const care = await host.care({ plugins: { scripted: { hangOnOpen: true } } });
    await expect(care.load('grey', { isolation, timeoutMs: 200 })).rejects.toThrow(
      coded('TIMEOUT', /200 ms/),
    );
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 200);
    await expect(care.load('grey', { isolation, signal: caller.signal })).rejects.toThrow(coded('ABORTED'));
    const loading = care.load('grey', { isolation });
    setTimeout(() => void care.dispose(), 200);
    await expect(loading).rejects.toThrow(coded('DISPOSED'));
  });

  it('does not count a download as time that it takes, and is cancelled in it all the same', async () => {
    const model = detectorPackage([scriptedVariant(host.modelFile)]);
    let downloads = 0;
    const slow = (ms: number): ModelRegistry => ({
      ...registryOf([model]),
      fetch: async (given, _variant, { signal } = {}) => {
        await delay(ms, undefined, { signal });
        downloads += 1;
        return given;
      },
    });
    const late = await host.care({ registries: [slow(900)], plugins: { scripted: { hangOnOpen: true } } });
    await expect(late.load('grey', { isolation, timeoutMs: 300 })).rejects.toThrow(
      coded('TIMEOUT', /300 ms/),
    );
    expect(downloads, 'was not cut off').toBe(1);
    const caller = new AbortController();
    const endless = await host.care({ registries: [slow(60_000)] });
    setTimeout(() => caller.abort(), 100);
    await expect(endless.load('grey', { isolation, signal: caller.signal })).rejects.toThrow(
      coded('ABORTED'),
    );
  });

  it('warns once that a model runs from the cache, and every prediction says it', async () => {
    const stale = { since: '2026-01-02T03:04:05.000Z', reason: 'the host is offline' };
    const warned: string[] = [];
    const care = await host.care({
      registries: [registryOf([{ ...detectorPackage([scriptedVariant(host.modelFile)]), stale }], 'remote')],
      logger: { ...silentLogger, warn: (_fields, message) => warned.push(message) },
    });
    const model = await care.load('grey', { isolation });
    expect(model.servedBy.stale).toEqual(stale);
    expect((await model.predict(greyFrame(10))).model.stale).toEqual(stale);
    expect(warned).toEqual([
      'model grey runs from the cache, as registry remote described it at 2026-01-02T03:04:05.000Z: the host is offline',
    ]);
  });

  it('does not restart from a file that has changed, and gives up in the end', async () => {
    const crashFile = join(host.root, 'crash');
    const care = await host.care({ plugins: { scripted: { crashFile } } });
    const model = await care.load('grey', { isolation });
    await writeFile(host.modelFile, 'another model');
    await expect(model.predict(greyFrame(201))).rejects.toThrow(coded('WORKER_CRASHED', /while it ran/));
    const waiting = model.predict(greyFrame(10));
    await expect(waiting).rejects.toThrow(coded('WORKER_CRASHED', /out of order.*has changed since/));
    await expect(model.predict(greyFrame(10))).rejects.toThrow(coded('WORKER_CRASHED', /out of order/));
  });
});

describe('which variant and backend', () => {
  it('takes the first variant that an available backend opens, and says why others were not', async () => {
    const file = join(host.root, 'mean.onnx');
    await writeFile(file, meanDetector());
    const other = { ...onnxVariant(file), id: 'openvino', format: 'openvino-ir' };
    const model = await loadReal(detectorPackage([other, onnxVariant(file)]));
    expect(model.servedBy).toMatchObject({ variant: 'onnx', backend: 'ort' });
    const nothing = loadReal(detectorPackage([other]));
    await expect(nothing).rejects.toThrow(coded('BACKEND_UNAVAILABLE', /openvino with ort: opens onnx/));
  });

  it('goes on from an unavailable backend, unless it was named', async () => {
    const care = await host.care({ plugins: { scripted: { unavailable: true } } });
    await expect(care.load('grey')).rejects.toThrow(coded('BACKEND_UNAVAILABLE', /the engine is not there/));
    await expect(care.load('grey', { backend: 'scripted' })).rejects.toThrow(
      coded('BACKEND_UNAVAILABLE', /the engine is not there/),
    );
    await expect(care.load('grey', { backend: 'script' })).rejects.toThrow(
      coded('PLUGIN_NOT_FOUND', /"scripted"/),
    );
    await expect(care.load('grey', { variant: 'int8' })).rejects.toThrow(coded('OPTIONS_INVALID', /"int8"/));
  });

  it('passes device and threads on, and refuses a device that is not there', async () => {
    const care = await host.care();
    await expect(care.load('grey', { device: 'cuda' })).rejects.toThrow(coded('BACKEND_UNAVAILABLE', /cuda/));
    const model = await care.load('grey', { device: 'cpu', threads: 3 });
    expect(model.servedBy.device).toBe('cpu');
  });

  it('fetches through the registry that has it, and tells the progress', async () => {
    const remote = scriptedVariant(host.modelFile);
    const [artifact] = remote.artifacts;
    const away = { ...remote, artifacts: [{ name: artifact?.name ?? '', role: 'model' as const }] };
    const progress: number[] = [];
    const registry = {
      ...registryOf([detectorPackage([away])], 'remote'),
      fetch: async (
        _model: ModelPackage,
        _variant: string,
        options?: { onProgress?: LoadOptions['onProgress'] },
      ) => {
        const bytes = await readFile(host.modelFile);
        options?.onProgress?.({ artifact: 'model', receivedBytes: bytes.length, totalBytes: bytes.length });
        return detectorPackage([remote]);
      },
    };
    const care = await host.care({ registries: [registry] });
    const model = await care.load('grey', {
      onProgress: ({ receivedBytes }) => progress.push(receivedBytes),
    });
    expect(model.servedBy.registry).toBe('remote');
    expect(progress).toEqual([7]);
  });

  it.each([
    ['replicas', { replicas: 0 }],
    ['threads', { threads: 1.5 }],
    ['queueLimit', { queueLimit: -1 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
  ])('an option %s that makes no sense is OPTIONS_INVALID', async (name, options) => {
    const care = await host.care();
    await expect(care.load('grey', options)).rejects.toThrow(coded('OPTIONS_INVALID', new RegExp(name)));
  });
});
