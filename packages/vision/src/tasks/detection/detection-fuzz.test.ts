import { isCareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classes, modelPackage } from '../../model-package.fixture.js';
import { prepare } from '../prepare.fixture.js';
import { detectionTask } from './detection-task.js';
import type { DetectionPrediction } from '../task.js';
import { blank } from './outputs.fixture.js';

const NAMES = ['output0', 'boxes', 'labels', 'scores', 'logits'];
const DECODERS = ['auto', 'yolov5', 'yolox', 'yolov8', 'end2end', 'detr'];

const number = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 3, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity, 1e38, -0, 5e-324),
);
/** Sizes that layouts of a 64 x 64 input with few classes really have, and others. */
const side: fc.Arbitrary<number> = fc.constantFrom(0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 84, 85, 252);
const dims = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(1, 1, 1, 0, 2), side, side) },
  // [1, 4 + classes, cells], [1, 3 x cells, 5 + classes] and [1, cells, 5 + classes] of one to five classes.
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.integer({ min: 5, max: 10 }), fc.constantFrom(84, 252))
      .chain(([channels, rows]) => fc.constantFrom([1, channels, rows], [1, rows, channels])),
  },
  fc.array(side, { maxLength: 4 }).filter((shape) => shape.reduce((a, b) => a * b, 1) < 50_000),
);

interface Output {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly half: boolean;
}
const output: fc.Arbitrary<Output> = fc.record({
  name: fc.constantFrom(...NAMES),
  dims,
  values: fc.array(number, { minLength: 1, maxLength: 64 }),
  half: fc.boolean(),
});

function tensor({ dims: shape, values, half }: Output): Tensor {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const at = (i: number): number => values[i % values.length] ?? 0;
  if (half)
    return { type: 'float16', dims: shape, data: Uint16Array.from({ length }, (_, i) => at(i) * 65535) };
  return { type: 'float32', dims: shape, data: Float32Array.from({ length }, (_, i) => at(i)) };
}

function check(
  predictions: readonly DetectionPrediction[],
  width: number,
  height: number,
  limit: number,
): void {
  expect(predictions.length).toBeLessThanOrEqual(limit);
  for (const { box, confidence, classId, class: name } of predictions) {
    const [x1, y1, x2, y2] = box;
    expect(x1 >= 0 && x1 < x2 && x2 <= width && y1 >= 0 && y1 < y2 && y2 <= height).toBe(true);
    expect(confidence >= 0 && confidence <= 1).toBe(true);
    expect(name).toBe(`class ${classId}`);
  }
}

describe('hostile outputs', () => {
  it('give a clean result or a typed error', () => {
    let clean = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 2, arbitrary: fc.tuple(output) },
          fc.array(output, { minLength: 1, maxLength: 3 }),
        ),
        fc.constantFrom(...DECODERS),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('object-detection', 'instance-segmentation', 'pose-estimation'),
        fc.boolean(),
        fc.record({
          confidence: fc.constantFrom(0, 0.3),
          multiLabel: fc.boolean(),
          maxDetections: fc.constantFrom(3, 300),
        }),
        (outputs, decoder, count, task, open, options) => {
          const model = modelPackage({ task, classNames: classes(count), postprocessing: { decoder } });
          const tensors = Object.fromEntries(outputs.map((item) => [item.name, tensor(item)]));
          const specs = Object.entries(tensors).map(([name, { type, dims: shape }]) => ({
            name,
            type,
            shape: open ? shape.map(() => -1) : shape,
          }));
          try {
            const processor = detectionTask.createProcessor(model, 'onnx', {
              inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 64, 64] }],
              outputs: specs,
            });
            const { geometry } = prepare(processor, blank(90, 50));
            check(processor.postprocess(tensors, geometry, options), 90, 50, options.maxDetections);
            clean += 1;
          } catch (error) {
            if (!isCareError(error, 'MODEL_INCOMPATIBLE')) throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
    // The fuzzer must reach the decoders, not only their doors.
    expect(clean).toBeGreaterThan(200);
  });

  it('whose data and shape disagree, or that are missing, are typed errors', () => {
    const model = modelPackage();
    const processor = detectionTask.createProcessor(model, 'onnx', {
      inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 64, 64] }],
      outputs: [{ name: 'output0', type: 'float32', shape: [1, 7, 84] }],
    });
    const { geometry } = prepare(processor, blank(64, 64));
    const codeOf = (outputs: Record<string, Tensor>): unknown => {
      try {
        return processor.postprocess(outputs, geometry, {});
      } catch (error) {
        return isCareError(error) ? error.code : error;
      }
    };
    expect(codeOf({ output0: { type: 'float32', dims: [1, 7, 84], data: new Float32Array(5) } })).toBe(
      'INFERENCE_FAILED',
    );
    expect(codeOf({})).toBe('MODEL_INCOMPATIBLE');
    expect(codeOf({ output0: { type: 'string', dims: [1], data: ['a'] } })).toBe('MODEL_INCOMPATIBLE');
  });
});
