import { isCareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classes } from '../../model-package.fixture.js';
import { bestClasses } from './best-classes.js';
import { classify } from './classification.fixture.js';

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 6, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity, 3e38, -3e38, -0, 5e-324),
);
const side = fc.constantFrom(0, 1, 2, 3, 4, 5);
const dims = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant(1), fc.integer({ min: 1, max: 5 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant(1), side, fc.constant(1), fc.constant(1)) },
  fc.tuple(fc.constantFrom(0, 1, 2), fc.constant(1), side),
  fc.array(side, { maxLength: 5 }),
);

interface Output {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'uint8' | 'int64';
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly short: boolean;
}
const output: fc.Arbitrary<Output> = fc.record({
  name: fc.constantFrom('output', 'logits', 'probs', 'features'),
  type: fc.constantFrom('float32', 'float32', 'float32', 'float16', 'uint8', 'int64'),
  dims,
  values: fc.array(number, { minLength: 1, maxLength: 6 }),
  short: fc.integer({ min: 0, max: 20 }).map((lot) => lot === 0),
});

function tensor({ type, dims: shape, values, short }: Output): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const length = short ? size + 1 : size;
  const at = (i: number): number => values[i % values.length] ?? 0;
  switch (type) {
    case 'float32':
      return { type, dims: shape, data: Float32Array.from({ length }, (_, i) => at(i)) };
    case 'float16':
      return { type, dims: shape, data: Uint16Array.from({ length }, (_, i) => at(i) * 65535) };
    case 'uint8':
      return { type, dims: shape, data: Uint8Array.from({ length }, (_, i) => at(i) * 255) };
    case 'int64':
      return { type, dims: shape, data: BigInt64Array.from({ length }, (_, i) => BigInt(i)) };
  }
}

describe('hostile outputs', () => {
  it('give a clean result or a typed error', () => {
    let clean = 0;
    fc.assert(
      fc.property(
        fc.array(output, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('auto', 'auto', 'logits', 'probabilities', 'softmax', 'sigmoid'),
        fc.constantFrom({}, { scale: 0.5 }, { scale: 0.004, zero_point: 3 }, { output: 'output' }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.record({ multiLabel: fc.boolean(), topK: fc.integer({ min: 1, max: 6 }) }),
        (outputs, decoder, decoderOptions, count, open, options) => {
          const tensors = Object.fromEntries(outputs.map((item) => [item.name, tensor(item)]));
          const stated = Object.entries(tensors).map(([name, { type, dims: shape }]) => ({
            name,
            type,
            shape: open ? shape.map(() => -1) : shape,
          }));
          const model = { classNames: classes(count), postprocessing: { decoder, decoderOptions } };
          try {
            const found = classify(tensors, { model, options, stated });
            clean += 1;
            expect(found.length).toBeLessThanOrEqual(Math.min(options.topK, count));
            expect(new Set(found.map(({ classId }) => classId)).size).toBe(found.length);
            found.forEach(({ class: name, classId, confidence }, index) => {
              expect(name).toBe(`class ${classId}`);
              expect(confidence >= 0 && confidence <= 1).toBe(true);
              expect(confidence).toBeLessThanOrEqual(found[index - 1]?.confidence ?? 1);
            });
          } catch (error) {
            if (!isCareError(error, 'MODEL_INCOMPATIBLE') && !isCareError(error, 'INFERENCE_FAILED'))
              throw error;
          }
        },
      ),
      { numRuns: 3000 },
    );
    // The fuzzer must come through, not only to the doors.
    expect(clean).toBeGreaterThan(200);
  });
});

describe('bestClasses', () => {
  it('is a stable sort, cut off', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 0.1, 0.25, 0.5, 0.75, 1), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0, 0.25, 0.6),
        (scores, limit, least) => {
          const sorted = scores
            .map((score, classId) => ({ score, classId }))
            .filter(({ score }) => score >= least)
            .sort((a, b) => b.score - a.score || a.classId - b.classId)
            .map(({ classId }) => classId);
          expect(bestClasses(Float64Array.from(scores), limit, least)).toEqual(sorted.slice(0, limit));
        },
      ),
    );
  });
});
