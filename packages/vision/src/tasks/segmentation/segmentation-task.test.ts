import type { TensorSpec } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { rleFromCoco } from '../../masks/coco-rle.js';
import { rleFromBitmap } from '../../masks/mask-bitmap.js';
import { bitmapOfRows } from '../../masks/rle-reference.fixture.js';
import { floatSpec, modelPackage, signature } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { toCareJson } from '../../formats/care-json.js';
import { toCocoResults } from '../../formats/coco-results.js';
import type { PredictionRecord } from '../../formats/prediction-record.js';
import { toRoboflowResponse } from '../../formats/roboflow-response.js';
import { blank, careError, floats, sparse } from '../detection/outputs.fixture.js';
import { prepare } from '../prepare.fixture.js';
import type { SegmentationPrediction } from '../task.js';
import { segmentationTask } from './segmentation-task.js';

const segmenter = (changes: PackageChanges = {}) =>
  modelPackage({ task: 'instance-segmentation', ...changes });

/** One object over the left top quarter of a 64 x 64 picture, whose only prototype rises from -8 to 7 along x. */
function read(coefficient: number, changes: PackageChanges = {}): SegmentationPrediction[] {
  const entries = [16, 16, 32, 32, 0.9, 0, 0, coefficient];
  const rows = sparse([1, 8, 84], Object.fromEntries(entries.map((value, k) => [k * 84, value])));
  const ramp = Array.from({ length: 256 }, (_, cell) => (cell % 16) - 8);
  const outputs = { output0: rows, output1: floats([1, 1, 16, 16], ramp) };
  const processor = segmentationTask.createProcessor(
    segmenter(changes),
    'onnx',
    signature([floatSpec('output0', 1, 8, 84), floatSpec('output1', 1, 1, 16, 16)]),
  );
  const { geometry } = prepare(processor, blank(64, 64));
  return processor.postprocess(outputs, geometry, {});
}

/** Pixels of the first row that belong to the mask. */
function firstRow({ mask }: SegmentationPrediction): number {
  let [position, inside] = [0, 0];
  mask.counts.forEach((length, run) => {
    if (run % 2 === 1 && position % mask.height === 0) inside++;
    position += length;
  });
  return inside;
}

describe('the threshold of masks', () => {
  // Along x the logit is -coefficient * ((x + 0.5) / 4 - 0.5 - 8): above 0 on the whole box, as the ramp is below 0 there.
  it.each([
    ['0.5 by default', {}, 32],
    // Logit 4.6: (x + 0.5) / 4 < 8.5 - 4.595, so x < 15.1.
    ['0.99 when stated', { mask_threshold: 0.99 }, 16],
  ])('is %s', (_, decoderOptions, columns) => {
    const [found] = read(-1, { postprocessing: { decoderOptions } });
    expect(found && firstRow(found)).toBe(columns);
  });

  it.each([0, 1, -1, 'high', null])('cannot be %j', (value) => {
    const model = segmenter({ postprocessing: { decoderOptions: { mask_threshold: value } } });
    expect(careError(() => segmentationTask.checkPackage(model))).toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
      message: expect.stringContaining('mask_threshold') as string,
    });
  });
});

describe('an object without a mask pixel', () => {
  it('is left out', () => {
    expect(read(1)).toEqual([]);
    expect(read(NaN)).toEqual([]);
    expect(read(-1)).toHaveLength(1);
  });
});

describe('models that cannot give masks are refused', () => {
  const yolo = floatSpec('output0', 1, 8, 84);
  it.each<[string, PackageChanges, readonly TensorSpec[], RegExp]>([
    ['without an output for them', {}, [floatSpec('output0', 1, 7, 84)], /one output of four dimensions/],
    [
      'with several',
      {},
      [yolo, floatSpec('a', 1, 1, 16, 16), floatSpec('b', 1, 1, 16, 16)],
      /one output of four dimensions/,
    ],
    [
      'in a layout that has none',
      { postprocessing: { decoder: 'yolox' } },
      [floatSpec('output', 1, 84, 9), floatSpec('masks', 1, 1, 16, 16)],
      /no masks/,
    ],
  ])('%s', (_, changes, outputs, message) => {
    const error = careError(() =>
      segmentationTask.createProcessor(segmenter(changes), 'onnx', signature(outputs)),
    );
    expect([error.code, error.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringMatching(message) as string,
    ]);
    expect(error.remedy).toContain('segmentation');
  });
});

describe('formats', () => {
  const image = { width: 12, height: 8 };
  // A piece with a hole and a smaller one.
  const mask = rleFromBitmap(bitmapOfRows(['11110', '10010', '11110', '00001'], 2, 1), image);
  const record: PredictionRecord<SegmentationPrediction> = {
    ...image,
    model: { id: 'yolo-seg', registry: 'local', variant: 'onnx-fp32', backend: 'ort' },
    task: 'instance-segmentation',
    predictions: [
      { class: 'cat', classId: 15, confidence: 0.875, box: [2, 1, 7, 5], mask },
      {
        class: 'cat',
        classId: 15,
        confidence: 0.5,
        box: [2, 1, 7, 5],
        mask: rleFromBitmap(bitmapOfRows(['1001', '0001'], 3, 2), image),
      },
    ],
    timings: { queue: 1, decode: 2, preprocess: 3, inference: 40, postprocess: 5, total: 52 },
  };

  it('of CARE have the mask as compressed COCO run lengths that survive JSON', () => {
    const [first] = toCareJson('a.jpg', record).predictions;
    expect(first).toMatchObject({ class: 'cat', class_id: 15, box: [2, 1, 7, 5], mask: { size: [8, 12] } });
    const { mask: printed } = JSON.parse(JSON.stringify(first)) as typeof first & object;
    expect(printed && rleFromCoco(printed)).toEqual(mask);
  });

  it('of Roboflow have the largest outline', () => {
    const { predictions } = toRoboflowResponse(record, () => 'id');
    expect(predictions).toMatchObject([
      { x: 4.5, y: 3, width: 5, height: 4, detection_id: 'id' },
      {
        points: [
          { x: 7, y: 2 },
          { x: 7, y: 4 },
          { x: 6, y: 4 },
          { x: 6, y: 2 },
        ],
      },
    ]);
  });

  it('of COCO have run lengths and a box', () => {
    const [first] = toCocoResults(139, record);
    expect(first).toEqual({
      image_id: 139,
      category_id: 15,
      bbox: [2, 1, 5, 4],
      segmentation: { size: [8, 12], counts: expect.any(String) as string },
      score: 0.875,
    });
    expect(first?.segmentation && rleFromCoco(first.segmentation)).toEqual(mask);
  });
});
