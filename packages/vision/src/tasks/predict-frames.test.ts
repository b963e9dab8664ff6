import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawFrame } from '../image/image-source.js';
import { floatSpec, modelPackage } from '../model-package.fixture.js';
import { careError } from './detection/outputs.fixture.js';
import { detectionTask } from './detection/detection-task.js';
import { predictFrames } from './predict-frames.js';
import { sliceBatch } from './slice-batch.js';

const SIZE = 32;
/** Grid cells of a 32 px input at strides 8, 16, 32. */
const CELLS = 21;

function flat(value: number): RawFrame {
  return { data: new Uint8Array(SIZE * SIZE * 3).fill(value), width: SIZE, height: SIZE, format: 'rgb' };
}

function processorOf(batch: number | string, outputBatch = batch) {
  const model = modelPackage({ inputSize: { width: SIZE, height: SIZE } });
  return detectionTask.createProcessor(model, 'onnx', {
    inputs: [floatSpec('images', batch, 3, SIZE, SIZE)],
    outputs: [floatSpec('output0', outputBatch, 7, CELLS)],
  });
}

/** A "model" that finds one box in each image, as wide as the image's first pixel is bright. */
function widthOfBrightness(
  runs: number[],
): (inputs: Readonly<Record<string, Tensor>>) => Promise<Record<string, Tensor>> {
  return (inputs) => {
    const { images } = inputs;
    if (images?.type !== 'float32') throw new Error('float32 images are expected');
    const [batch = 0] = images.dims;
    runs.push(batch);
    const data = new Float32Array(batch * 7 * CELLS);
    for (let index = 0; index < batch; index++) {
      const brightness = images.data[index * 3 * SIZE * SIZE] ?? 0;
      [16, 16, brightness * 20, 10, 0.9, 0, 0].forEach((value, channel) => {
        data[(index * 7 + channel) * CELLS] = value;
      });
    }
    return Promise.resolve({ output0: { type: 'float32', dims: [batch, 7, CELLS], data } });
  };
}

describe('predictFrames', () => {
  const levels = fc.array(fc.integer({ min: 60, max: 255 }), { minLength: 1, maxLength: 20 });

  it.each([
    [
      'an open batch',
      'n',
      4,
      (count: number) => [...Array<number>(Math.floor(count / 4)).fill(4), count % 4],
    ],
    ['a fixed batch of 1', 1, 4, (count: number) => Array<number>(count).fill(1)],
    ['a fixed batch of 3', 3, 4, (count: number) => Array<number>(Math.ceil(count / 3)).fill(3)],
  ])('gives each frame its own answer in runs of %s', async (_, batch, maxBatch, wantedRuns) => {
    await fc.assert(
      fc.asyncProperty(levels, async (values) => {
        const runs: number[] = [];
        const { predictions } = await predictFrames(
          processorOf(batch),
          values.map(flat),
          { maxBatch },
          widthOfBrightness(runs),
        );
        const widths = predictions.map(([found]) =>
          found === undefined ? NaN : found.box[2] - found.box[0],
        );
        widths.forEach((width, index) => {
          expect(width).toBeCloseTo(((values[index] ?? NaN) / 255) * 20, 3);
        });
        expect(runs).toEqual(wantedRuns(values.length).filter((count) => count > 0));
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing to run for no frames', async () => {
    const runs: number[] = [];
    const { predictions } = await predictFrames(processorOf('n'), [], {}, widthOfBrightness(runs));
    expect([predictions, runs]).toEqual([[], []]);
  });
});

describe('sliceBatch', () => {
  it('refuses outputs that are not one for each image', () => {
    const outputs = { scores: { type: 'float32', dims: [1, 4], data: new Float32Array(4) } } as const;
    expect(careError(() => sliceBatch(outputs, 0, 2))).toMatchObject({ code: 'MODEL_INCOMPATIBLE' });
  });

  it('shares the memory of numbers', () => {
    const data = Float32Array.from({ length: 12 }, (_, index) => index);
    const { x } = sliceBatch({ x: { type: 'float32', dims: [3, 2, 2], data } }, 1, 3);
    expect(x).toEqual({ type: 'float32', dims: [1, 2, 2], data: Float32Array.of(4, 5, 6, 7) });
    expect((x?.data as Float32Array).buffer).toBe(data.buffer);
  });
});
