import { isCareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceMask } from '../../masks/instance-mask.js';
import { rleArea, rleBox } from '../../masks/rle-measure.js';
import { classes, modelPackage } from '../../model-package.fixture.js';
import { blank } from '../detection/outputs.fixture.js';
import { prepare } from '../prepare.fixture.js';
import type { SegmentationPrediction } from '../task.js';
import { segmentationTask } from './segmentation-task.js';

const [WIDTH, HEIGHT] = [90, 50];

const number = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 3, arbitrary: fc.double({ min: -80, max: 80, noNaN: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity, 1e38, -0, 5e-324),
);
const side = fc.constantFrom(0, 1, 2, 3, 4, 6, 7, 8, 16, 84);
interface Shapes {
  readonly decoder: string;
  readonly rows: readonly (readonly number[])[];
  readonly masks: readonly number[];
}

/** Two classes and four coefficients, as each family has them. */
const FAMILIES: readonly Shapes[] = [
  { decoder: 'yolov8', rows: [[1, 10, 84]], masks: [1, 4, 16, 16] },
  { decoder: 'yolov8', rows: [[1, 10, 84]], masks: [1, 16, 16, 4] },
  { decoder: 'yolov5', rows: [[1, 252, 11]], masks: [1, 4, 16, 16] },
  { decoder: 'end2end', rows: [[1, 20, 10]], masks: [1, 4, 1, 3] },
  {
    decoder: 'detr',
    rows: [
      [1, 8, 4],
      [1, 8, 2],
    ],
    masks: [1, 8, 16, 16],
  },
];
const shapes: fc.Arbitrary<Shapes> = fc.oneof(
  fc.constantFrom(...FAMILIES),
  fc
    .tuple(
      fc.constantFrom(...FAMILIES),
      fc.constantFrom('auto', 'yolox', 'yolov5', 'yolov8', 'end2end', 'detr'),
      fc.oneof(fc.array(side, { minLength: 4, maxLength: 4 }), fc.array(side, { maxLength: 5 })),
      fc.array(side, { maxLength: 4 }),
      fc.integer({ min: 1, max: 7 }),
    )
    .map(([family, decoder, masks, row, changed]) => ({
      decoder: changed & 1 ? decoder : family.decoder,
      masks: changed & 2 ? masks : family.masks,
      rows: changed & 4 ? [...family.rows.slice(1), row] : family.rows,
    })),
);

const numbers = fc.oneof(
  // Whole percents: most doubles that are drawn from 0..1 are next to nothing.
  fc.array(
    fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    { minLength: 5, maxLength: 64 },
  ),
  fc.array(number, { minLength: 1, maxLength: 64 }),
);

function tensor(shape: readonly number[], at: (i: number) => number): Tensor {
  const length = shape.reduce((product, dim) => product * dim, 1);
  return { type: 'float32', dims: shape, data: Float32Array.from({ length }, (_, i) => at(i)) };
}

/** Numbers where a box would be are of the size of the input, so that there is something to mask. */
function rowTensor(shape: readonly number[], values: readonly number[], boxes: boolean): Tensor {
  const [, first = 0, second = 0] = shape;
  const isBox = (i: number): boolean => (first < second ? i < 4 * second : i % second < 4);
  return tensor(shape, (i) => {
    const value = values[(i * 7 + Math.floor(i / 5)) % values.length] ?? 0;
    return boxes && isBox(i) ? value * 64 : value;
  });
}

function check({ box, confidence, mask }: SegmentationPrediction): void {
  expect([...box, confidence].every(Number.isFinite)).toBe(true);
  expect([mask.width, mask.height]).toEqual([WIDTH, HEIGHT]);
  expect(mask.counts.reduce((sum, run) => sum + run, 0)).toBe(WIDTH * HEIGHT);
  expect(rleArea(mask)).toBeGreaterThan(0);
  const { x, y, width, height } = rleBox(mask);
  // The last column and row lie before the far edges: added to, an edge next to 0 would be lost.
  expect(x >= box[0] && y >= box[1] && x + width - 1 < box[2] && y + height - 1 < box[3]).toBe(true);
  expect(instanceMask(mask).polygons().length).toBeGreaterThan(0);
}

describe('hostile outputs of segmentation models', () => {
  it('give a clean result or a typed error', () => {
    let objects = 0;
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.tuple(numbers, fc.boolean()), { minLength: 2, maxLength: 2 }),
        numbers,
        fc.boolean(),
        fc.boolean(),
        ({ decoder, rows, masks: shape }, lists, values, masksFirst, open) => {
          const read = rows.map((dims, i): [string, Tensor] => {
            const [list, boxes] = lists[i] ?? [[0], false];
            return [`output${i}`, rowTensor(dims, list, boxes && decoder !== 'detr')];
          });
          const masks: [string, Tensor] = ['masks', tensor(shape, (i) => values[i % values.length] ?? 0)];
          const outputs = Object.fromEntries(masksFirst ? [masks, ...read] : [...read, masks]);
          const model = modelPackage({
            task: 'instance-segmentation',
            classNames: classes(2),
            postprocessing: { decoder, maxDetections: 20 },
          });
          try {
            const processor = segmentationTask.createProcessor(model, 'onnx', {
              inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 64, 64] }],
              outputs: Object.entries(outputs).map(([name, { type, dims }]) => ({
                name,
                type,
                shape: open ? dims.map(() => -1) : dims,
              })),
            });
            const { geometry } = prepare(processor, blank(WIDTH, HEIGHT));
            const found = processor.postprocess(outputs, geometry, {});
            found.forEach(check);
            objects += found.length;
          } catch (error) {
            if (!isCareError(error, 'MODEL_INCOMPATIBLE')) throw error;
          }
        },
      ),
      { numRuns: 1500 },
    );
    // The fuzzer must reach the masks, not only their doors.
    expect(objects).toBeGreaterThan(300);
  });
});
