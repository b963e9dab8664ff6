import { readFileSync } from 'node:fs';
import type { Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { floatSpec, modelPackage } from '../../../model-package.fixture.js';
import type { PackageChanges } from '../../../model-package.fixture.js';
import { blank, careError, floats } from '../../detection/outputs.fixture.js';
import { predictFrames } from '../../predict-frames.js';
import type { Box, PosePrediction, PredictOptions, SessionSignature, TaskProcessor } from '../../task.js';
import { COCO_KEYPOINTS } from '../coco-keypoints.js';
import { poseTask } from '../pose-task.js';

interface Reference {
  readonly image: { readonly width: number; readonly height: number; readonly gray: readonly number[] };
  readonly input: { readonly width: number; readonly height: number };
  readonly heatmap: readonly (Record<'dark' | 'quarter' | 'none', readonly (readonly [number, number])[]> & {
    readonly box: Box;
    readonly shape: readonly number[];
    readonly values: readonly number[];
    readonly confidence: readonly number[];
  })[];
  readonly simcc: readonly {
    readonly box: Box;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly confidence: readonly number[];
    readonly points: readonly (readonly [number, number])[];
  }[];
  readonly warp: readonly { readonly box: Box; readonly udp: boolean; readonly input: readonly number[] }[];
}

/** mmpose's decoding and warping written with numpy and OpenCV: tools/fixtures/vision_pose_heads.py. */
const reference = JSON.parse(
  readFileSync(new URL('fixtures/top-down-heads.json', import.meta.url), 'utf8'),
) as Reference;

type Outputs = Readonly<Record<string, Tensor>>;

function processorOf(
  outputs: SessionSignature['outputs'],
  changes: PackageChanges = {},
  batch: number | string = 1,
): TaskProcessor<PosePrediction> {
  const { width, height } = reference.input;
  const model = modelPackage({
    task: 'pose-estimation',
    classNames: ['person'],
    inputSize: reference.input,
    ...changes,
    preprocessing: { padValue: 0, color: 'gray', scale: 1, ...changes.preprocessing },
  });
  return poseTask.createProcessor(model, 'onnx', {
    inputs: [floatSpec('input', batch, 1, height, width)],
    outputs,
  });
}

async function predict(
  outputs: Outputs,
  changes: PackageChanges,
  options: PredictOptions,
): Promise<PosePrediction[]> {
  const specs = Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims }));
  const { width, height } = reference.image;
  const { predictions } = await predictFrames(
    processorOf(specs, changes),
    [blank(width, height)],
    options,
    () => Promise.resolve(outputs),
  );
  return predictions[0] ?? [];
}

function expectPose(
  found: readonly PosePrediction[],
  box: Box,
  points: readonly (readonly [number, number])[],
  confidence: readonly number[],
  tolerance: number,
): void {
  expect(found).toHaveLength(1);
  const [person] = found;
  const clamped = confidence.map((value) => Math.min(1, value));
  const mean = clamped.reduce((sum, value) => sum + value, 0) / clamped.length;
  expect(person).toMatchObject({ class: 'person', classId: 0, box });
  expect(person?.confidence).toBeCloseTo(mean, 6);
  expect(person?.keypoints).toHaveLength(points.length);
  person?.keypoints.forEach(({ name, x, y, confidence: sure }, k) => {
    const [wantedX = NaN, wantedY = NaN] = points[k] ?? [];
    expect(name).toBe(String(k));
    expect(Math.hypot(x - wantedX, y - wantedY), `keypoint ${k}`).toBeLessThan(tolerance);
    expect(sure).toBeCloseTo(clamped[k] ?? NaN, 6);
  });
}

describe.each(reference.heatmap)(
  'heatmaps of the box $box',
  ({ box, shape, values, confidence, ...points }) => {
    it.each(['dark', 'quarter', 'none'] as const)('are decoded as mmpose does: %s', async (refinement) => {
      const decoderOptions = refinement === 'dark' ? {} : { refinement };
      const found = await predict(
        { heatmaps: floats(shape, values) },
        { postprocessing: { decoderOptions } },
        { boxes: [box], confidence: 0 },
      );
      // The blur of DARK is done in float32 there and in float64 here.
      expectPose(found, box, points[refinement], confidence, refinement === 'dark' ? 2e-3 : 1e-9);
    });
  },
);

describe.each(reference.simcc)('SimCC vectors of the box $box', ({ box, x, y, confidence, points }) => {
  const { width, height } = reference.input;
  const [vectorX, vectorY] = [floats([1, 7, width * 2], x), floats([1, 7, height * 2], y)];

  it.each<[string, Outputs]>([
    ['x first', { simcc_x: vectorX, simcc_y: vectorY }],
    ['y first', { simcc_y: vectorY, simcc_x: vectorX }],
  ])('are decoded as mmpose does, %s', async (_, outputs) => {
    const found = await predict(outputs, {}, { boxes: [box], confidence: 0 });
    expectPose(found, box, points, confidence, 1e-9);
  });

  it('are told apart by their names when the input is square', async () => {
    const square = { inputSize: { width: 64, height: 64 } };
    const model = modelPackage({ task: 'pose-estimation', classNames: ['person'], ...square });
    const hot = (bin: number): Tensor =>
      floats(
        [1, 1, 128],
        Array.from({ length: 128 }, (_, i) => Number(i === bin)),
      );
    const outputs = { simcc_y: hot(20), simcc_x: hot(100) };
    const processor = poseTask.createProcessor(model, 'onnx', {
      inputs: [floatSpec('input', 1, 3, 64, 64)],
      outputs: Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, shape: dims })),
    });
    const { predictions } = await predictFrames(processor, [blank(100, 100)], {}, () =>
      Promise.resolve(outputs),
    );
    // The whole picture of 100 pixels with a quarter more room: 125 pixels from -12.5 on.
    const [point] = predictions[0]?.[0]?.keypoints ?? [];
    expect([point?.x, point?.y]).toEqual([
      expect.closeTo((50 / 64) * 125 - 12.5, 9),
      expect.closeTo((10 / 64) * 125 - 12.5, 9),
    ]);
  });
});

describe('the view of a person', () => {
  it.each(reference.warp)(
    "shows what OpenCV's warpAffine shows of $box, unbiased $udp",
    ({ box, udp, input }) => {
      const { width, height, gray } = reference.image;
      const processor = processorOf([floatSpec('heatmaps', 1, 9, 16, 12)], {
        postprocessing: { decoderOptions: { refinement: udp ? 'dark' : 'none' } },
      });
      const frame = { data: Uint8Array.from(gray), width, height, format: 'gray' as const };
      const { inputs } = processor.preprocess(processor.views(frame, { boxes: [box] }));
      const seen = inputs.input?.data ?? [];
      expect(seen).toHaveLength(input.length);
      const differences = input.map((wanted, index) => Math.abs(wanted - Number(seen[index])));
      // warpAffine weighs in steps of 1/32 of a pixel: at the picture's edge, where padding begins, that is up to 8 grey levels.
      expect(Math.max(...differences)).toBeLessThanOrEqual(8);
      expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(0.6);
    },
  );
});

describe('boxes', () => {
  const outputs = {
    heatmaps: floats(
      [1, 1, 16, 12],
      Array.from({ length: 192 }, (_, i) => Number(i === 100)),
    ),
  };

  it('give one person each, in their order, clamped to the picture; those outside are left out', async () => {
    const boxes: Box[] = [
      [50, 50, 60, 70],
      [-10, -10, 20, 40],
      [100, 100, 120, 130],
      [0, 0, 10, 10],
    ];
    const found = await predict(outputs, {}, { boxes });
    expect(found.map(({ box }) => box)).toEqual([
      [50, 50, 60, 70],
      [0, 0, 20, 40],
      [0, 0, 10, 10],
    ]);
    const places = found.map(({ keypoints }) => keypoints[0]?.x);
    expect(new Set(places).size).toBe(3);
  });

  it('are the whole picture when none are given, and none when the list is empty', async () => {
    const { width, height } = reference.image;
    expect((await predict(outputs, {}, {})).map(({ box }) => box)).toEqual([[0, 0, width, height]]);
    expect(await predict(outputs, {}, { boxes: [] })).toEqual([]);
  });

  it.each(['[1e999, 0, 1, 1]', '[5, 0, 1, 1]', '[0, 0, 1]', '"box"', 'null'])(
    '%s is refused',
    async (text) => {
      const box = JSON.parse(text) as Box;
      await expect(predict(outputs, {}, { boxes: [[0, 0, 9, 9], box] })).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
        message: expect.stringContaining('boxes[1]') as string,
      });
    },
  );

  it('are dropped when the mean confidence of the keypoints is below the threshold', async () => {
    const half = {
      heatmaps: floats(
        [1, 2, 16, 12],
        Array.from({ length: 384 }, (_, i) => Number(i === 100)),
      ),
    };
    expect(await predict(half, {}, { confidence: 0.5 })).toMatchObject([{ confidence: 0.5 }]);
    expect(await predict(half, {}, { confidence: 0.51 })).toEqual([]);
  });
});

/** A "model" whose heatmap is the picture itself, read where unbiased alignment has the cells' centres. */
function brightness(inputs: Outputs): Outputs {
  const { width, height } = reference.input;
  const { data, dims } = inputs.input ?? floats([0], []);
  const [batch = 0] = dims;
  const heatmaps = Array.from({ length: batch * 192 }, (_, index) => {
    const [cellX, cellY, person] = [index % 12, Math.floor(index / 12) % 16, Math.floor(index / 192)];
    const [x, y] = [Math.round((cellX * (width - 1)) / 11), Math.round((cellY * (height - 1)) / 15)];
    return Number(data[(person * height + y) * width + x]) / 255;
  });
  return { heatmaps: floats([batch, 1, 16, 12], heatmaps) };
}

it('finds a bright spot of the picture in the view of every box that shows it, in one run', async () => {
  const [width, height, spotX, spotY] = [200, 150, 77, 63];
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [dx, dy] = [(i % width) - spotX, Math.floor(i / width) - spotY];
    return 230 * Math.exp(-(dx * dx + dy * dy) / (2 * 8 ** 2));
  });
  const boxes: Box[] = [
    [50, 40, 110, 100],
    [70, 20, 120, 149],
    [60, 50, 90, 80],
  ];
  const runs: number[] = [];
  const { predictions } = await predictFrames(
    processorOf([floatSpec('heatmaps', 'batch', 1, 16, 12)], {}, 'batch'),
    [{ data, width, height, format: 'gray' }],
    { boxes, confidence: 0.5 },
    (inputs) => {
      runs.push(inputs.input?.dims[0] ?? 0);
      return Promise.resolve(brightness(inputs));
    },
  );
  expect(runs).toEqual([3]);
  expect(predictions[0]?.map(({ box }) => box)).toEqual(boxes);
  // Cells are read at the nearest pixel: half a pixel of the input, up to 2.6 pixels of the picture wide.
  for (const { keypoints } of predictions[0] ?? []) {
    expect(Math.hypot((keypoints[0]?.x ?? NaN) - spotX, (keypoints[0]?.y ?? NaN) - spotY)).toBeLessThan(1.5);
  }
});

describe('the head', () => {
  const heatmaps = floatSpec('heatmaps', 'batch', 17, 16, 12);

  it("is told by its shapes; COCO's names are those of 17 keypoints", () => {
    expect(processorOf([heatmaps], {}, 'batch').batch).toBeUndefined();
    const processor = processorOf([floatSpec('heatmaps', 1, 17, 16, 12)]);
    const [view] = processor.views(blank(40, 40), {});
    const { geometries } = processor.preprocess(view === undefined ? [] : [view]);
    const [geometry] = geometries;
    if (geometry === undefined) throw new Error('no geometry');
    const [person] = processor.postprocess(
      { heatmaps: floats([1, 17, 16, 12], new Float32Array(17 * 192).fill(1)) },
      geometry,
      {},
    );
    expect(person?.keypoints.map(({ name }) => name)).toEqual(COCO_KEYPOINTS.names);
  });

  it.each<[string, SessionSignature['outputs'], PackageChanges, string]>([
    ['heatmaps of other proportions', [floatSpec('maps', 1, 17, 20, 20)], {}, 'outputs maps'],
    [
      'two outputs of different ratios',
      [floatSpec('x', 1, 17, 96), floatSpec('y', 1, 17, 192)],
      {},
      'outputs x',
    ],
    [
      'a named decoder without its output',
      [floatSpec('x', 1, 17, 96)],
      { postprocessing: { decoder: 'vitpose' } },
      'decoder heatmap reads',
    ],
    [
      'a decoder without keypoints',
      [heatmaps],
      { postprocessing: { decoder: 'rt-detr' } },
      'reads no keypoints',
    ],
    [
      'names of another number',
      [heatmaps],
      { keypoints: { names: ['head'], skeleton: [] } },
      'names 1 keypoints, the model has 17',
    ],
    [
      'an unknown refinement',
      [heatmaps],
      { postprocessing: { decoderOptions: { refinement: 'magic' } } },
      'allowed are dark, quarter, none',
    ],
  ])('is refused for %s', (_, outputs, changes, message) => {
    const error = careError(() => processorOf(outputs, changes));
    expect([error.code, error.message]).toEqual(['MODEL_INCOMPATIBLE', expect.stringContaining(message)]);
  });
});
