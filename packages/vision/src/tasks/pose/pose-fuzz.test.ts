import { isCareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classes, floatSpec, modelPackage } from '../../model-package.fixture.js';
import { blank } from '../detection/outputs.fixture.js';
import type { Box, PosePrediction } from '../task.js';
import { POSE_DECODERS } from './pose-decoders.js';
import { poseTask } from './pose-task.js';

/** Evenly spread: doubles of fast-check are mostly too small for any threshold. */
const unit = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
const number = fc.oneof(
  { weight: 6, arbitrary: unit },
  { weight: 2, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity, 3e38, -0, 1e-45),
);

/** Shapes that pose models of a 64 x 64 input really have, with one or two classes and few keypoints, and any other. */
const shapes: fc.Arbitrary<readonly (readonly number[])[]> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(2, 3), fc.integer({ min: 1, max: 2 }))
    .chain(([points, values, count]) =>
      fc.constantFrom(
        [[1, 4 + count + points * values, 84]],
        [[1, 84, 4 + count + points * values]],
        [[1, 20, 6 + points * values]],
      ),
    ),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(1, 4, 16))
    .map(([points, side]) => [[1, points, side, side]]),
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 64, 128)).map(([points, bins]) => [
    [1, points, bins],
    [1, points, bins],
  ]),
  fc.array(fc.array(fc.constantFrom(0, 1, 2, 6, 9, 17), { maxLength: 4 }), { maxLength: 3 }),
);

function tensorOf(dims: readonly number[], values: readonly number[]): Tensor {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return {
    type: 'float32',
    dims,
    data: Float32Array.from({ length }, (_, i) => values[i % values.length] ?? 0),
  };
}

function expectClean(predictions: readonly PosePrediction[], width: number, height: number): void {
  for (const { box, confidence, class: name, classId, keypoints } of predictions) {
    const [x1, y1, x2, y2] = box;
    expect(x1 >= 0 && x1 < x2 && x2 <= width && y1 >= 0 && y1 < y2 && y2 <= height).toBe(true);
    expect(confidence >= 0 && confidence <= 1).toBe(true);
    expect(name).toBe(`class ${classId}`);
    for (const { x, y, confidence: sure } of keypoints) {
      expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
      expect(sure >= 0 && sure <= 1).toBe(true);
    }
  }
}

const coordinate = fc.double({ min: -20, max: 110, noNaN: true });
const box = fc
  .tuple(coordinate, coordinate, coordinate, coordinate, fc.constantFrom(true, true, false))
  .map(([a, b, c, d, sorted]): Box =>
    sorted ? [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] : [a, b, c, d],
  );

describe('hostile outputs of pose models', () => {
  it('give a clean result or a typed error', () => {
    const clean = { bottomUp: 0, topDown: 0 };
    fc.assert(
      fc.property(
        shapes,
        // Most of the tensors are tame, or nearly every run would end at the first number that is no probability.
        fc.oneof(
          { weight: 3, arbitrary: fc.array(unit, { minLength: 20, maxLength: 61 }) },
          { weight: 1, arbitrary: fc.array(number, { minLength: 1, maxLength: 61 }) },
        ),
        fc.oneof(fc.constant('auto'), fc.constantFrom(...POSE_DECODERS)),
        fc.record({
          classCount: fc.integer({ min: 1, max: 2 }),
          keypoints: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 1 }),
          open: fc.boolean(),
          /** Whether the tensors come in the shapes that the session stated. */
          honest: fc.constantFrom(true, true, true, false),
        }),
        shapes,
        fc.record({
          decoderOptions: fc.constantFrom(
            {},
            { keypoint_scores: 'logits' },
            { refinement: 'quarter' },
            { alignment: 'udp' },
          ),
          boxes: fc.option(fc.array(box, { maxLength: 2 })),
        }),
        (
          stated,
          values,
          decoder,
          { classCount, keypoints, open, honest },
          others,
          { decoderOptions, boxes },
        ) => {
          const model = modelPackage({
            task: 'pose-estimation',
            classNames: classes(classCount),
            // No padding, so that small boxes lie in the picture.
            preprocessing: { resize: 'stretch' },
            postprocessing: { decoder, decoderOptions },
            ...(keypoints === null ? {} : { keypoints: { names: classes(keypoints), skeleton: [] } }),
          });
          const outputs = Object.fromEntries(
            (honest ? stated : others).map((dims, i) => [`output${i}`, tensorOf(dims, values)]),
          );
          try {
            const processor = poseTask.createProcessor(model, 'onnx', {
              inputs: [floatSpec('images', 1, 3, 64, 64)],
              outputs: stated.map((dims, i) =>
                floatSpec(`output${i}`, ...dims.map((dim) => (open ? -1 : dim))),
              ),
            });
            const options = { confidence: 0.1, ...(boxes === null ? {} : { boxes }) };
            for (const view of processor.views(blank(90, 50), options)) {
              const [geometry] = processor.preprocess([view]).geometries;
              if (geometry === undefined) throw new Error('no geometry');
              const found = processor.postprocess(outputs, geometry, options);
              expectClean(found, 90, 50);
              if (found.length > 0) clean[view.region === undefined ? 'bottomUp' : 'topDown'] += 1;
            }
          } catch (error) {
            if (!isCareError(error, 'MODEL_INCOMPATIBLE') && !isCareError(error, 'OPTIONS_INVALID'))
              throw error;
          }
        },
      ),
      { numRuns: 4000 },
    );
    // The fuzzer must reach the keypoints, not only the doors.
    expect(clean.bottomUp).toBeGreaterThan(50);
    expect(clean.topDown).toBeGreaterThan(50);
  });
});
