import type { Tensor } from '@care/registry-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { GREY, scriptedHost, type ScriptedHost } from '../testing/scripted-host.fixture.js';
import type { LoadOptions } from './load-options.js';
import type { Model } from './model.js';

let host: ScriptedHost;
beforeEach(async () => {
  host = await scriptedHost();
});
afterEach(async () => {
  await host.dispose();
});

/** The scripted detector's input: its grey, 0..1, says what the session does. */
function greyTensor(grey: number): Tensor & { type: 'float32' } {
  const data = new Float32Array(3 * 32 * 32).fill(grey / 255);
  return { type: 'float32', dims: [1, 3, 32, 32], data };
}

describe.each(['thread', 'process'] as const)('tensors through a model with isolation: %s', (isolation) => {
  const load = async (options: LoadOptions = {}): Promise<Model> => {
    const care = await host.care();
    return await care.load('grey', { isolation, ...options });
  };

  it('come out as the session gave them, with what answered and how long it took', async () => {
    const model = await load();
    const { outputs, model: servedBy, timings } = await model.infer({ images: greyTensor(128) });
    const { output0 } = outputs;
    expect(output0).toMatchObject({ type: 'float32', dims: [1, 6, 21] });
    // cx, cy, w, h of the one box, then its confidence, each the first of a row of 21 anchors.
    const firsts = [0, 1, 2, 3, 4].map((row) => Number(output0?.data[row * 21]));
    expect(firsts.slice(0, 4)).toEqual([16, 16, 8, 8]);
    expect(firsts[4]).toBeCloseTo(128 / 255, 6);
    expect(servedBy).toMatchObject({ id: 'grey', backend: 'scripted' });
    expect(timings).toMatchObject({ decode: 0, preprocess: 0, postprocess: 0 });
    expect(timings.total).toBeGreaterThanOrEqual(timings.queue + timings.inference);
  });

  it('leave the caller its data, which it may write to at once', async () => {
    const model = await load();
    const tensor = greyTensor(100);
    const asked = model.infer({ images: tensor });
    if (isolation === 'thread') tensor.data.fill(0);
    const { outputs } = await asked;
    expect(Number(outputs.output0?.data[4 * 21])).toBeCloseTo(100 / 255, 6);
    expect(tensor.data).toHaveLength(3 * 32 * 32);
  });

  it('wait in the same queue as pictures', async () => {
    const model = await load({ queueLimit: 1 });
    const slow = [0, 1].map(() => model.infer({ images: greyTensor(GREY.slow) }));
    await expect(model.infer({ images: greyTensor(10) })).rejects.toThrow(coded('OVERLOADED'));
    await Promise.all(slow);
    expect(model.stats.queued).toBe(0);
    const cancelled = model.infer({ images: greyTensor(GREY.slow) }, { signal: AbortSignal.timeout(20) });
    await expect(cancelled).rejects.toThrow(coded('ABORTED'));
    await expect(model.infer({ images: greyTensor(GREY.fail) })).rejects.toThrow(coded('INFERENCE_FAILED'));
    await expect(model.infer({ images: greyTensor(GREY.exit) })).rejects.toThrow(coded('WORKER_CRASHED'));
  });

  it.each<[string, Record<string, Tensor>, RegExp]>([
    ['a missing input', {}, /"images".*missing/],
    ['an unknown input', { images: greyTensor(1), mask: greyTensor(1) }, /"mask".*no input of this name/],
    ['another shape', { images: { ...greyTensor(1), dims: [1, 3, 16, 64] } }, /shape is \[1, 3, 16, 64\]/],
    [
      'another type',
      { images: { type: 'uint8', dims: [1, 3, 32, 32], data: new Uint8Array(3072) } },
      /uint8/,
    ],
    ['too little data', { images: { ...greyTensor(1), data: new Float32Array(5) } }, /5 elements/],
  ])('are refused before they reach a worker: %s', async (_what, inputs, message) => {
    const model = await load();
    await expect(model.infer(inputs)).rejects.toThrow(coded('INPUT_INVALID', message));
    expect(model.stats.running).toBe(0);
  });
});

it('hands over what the caller gives away', async () => {
  const care = await host.care();
  const model = await care.load('grey');
  const tensor = greyTensor(100);
  const { outputs } = await model.infer({ images: tensor }, { transfer: true });
  expect(Number(outputs.output0?.data[4 * 21])).toBeCloseTo(100 / 255, 6);
  expect(tensor.data).toHaveLength(0);
});

it('is counted and chosen by a deployment as a prediction is', async () => {
  const care = await host.care();
  const observed: unknown[] = [];
  await using deployment = await care.deploy('grey', {
    observer: { request: (request) => observed.push(request) },
  });
  const { timings } = await deployment.infer({ images: greyTensor(50) });
  await expect(deployment.infer({})).rejects.toThrow(coded('INPUT_INVALID'));
  await expect(deployment.infer({ images: greyTensor(1) }, { version: '9.9.9' })).rejects.toThrow(
    coded('MODEL_NOT_FOUND'),
  );
  expect(observed).toMatchObject([
    { modelId: 'grey', version: null, role: 'live', kind: 'infer', timings: [timings] },
    { kind: 'infer', error: 'INPUT_INVALID' },
  ]);
  const [version] = deployment.status.versions;
  expect(version?.metrics).toMatchObject({ requests: 1, errors: 0 });
  expect(version?.signature).toMatchObject({
    task: 'object-detection',
    format: 'scripted',
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
  });
});
