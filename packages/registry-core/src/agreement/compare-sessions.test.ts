import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHalf } from '../half-float.js';
import type { Tensor } from '../tensor.js';
import { compareOutputs, compareSessions, type SessionAgreement } from './compare-sessions.js';
import { numpyAgreement, tensorOf } from './numpy-agreement.fixture.js';
import type { OutputAgreement } from './output-agreement.js';
import { coarsestPrecision, precisionClass, TENSOR_TOLERANCES } from './tensor-tolerance.js';

const { absolute, relative, cases } = numpyAgreement();
const float32 = (dims: readonly number[], values: Iterable<number>): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});
const only = ({ outputs }: SessionAgreement): OutputAgreement => {
  const [output] = outputs;
  if (output === undefined || outputs.length !== 1) throw new Error(`there are ${outputs.length} outputs`);
  return output;
};

describe('figures are those of numpy (tools/fixtures/agreement_tensors.py)', () => {
  it.each(cases)('$name', ({ reference, candidate, expected }) => {
    const tolerance = { absolute, relative };
    const { errors, channels, ...output } = only(
      compareOutputs({ y: tensorOf(reference) }, { y: tensorOf(candidate) }, { tolerance }),
    );
    const { elements, unequal, beyond, broken_numbers: brokenNumbers } = expected;
    expect(output).toMatchObject({ elements, unequal, beyond, brokenNumbers });
    expect(errors?.maxAbsolute).toBeCloseTo(expected.max_absolute, 10);
    expect(errors?.meanAbsolute).toBeCloseTo(expected.mean_absolute, 10);
    expect(errors?.maxRelative).toBeCloseTo(expected.max_relative, 8);
    expect(errors?.meanRelative).toBeCloseTo(expected.mean_relative, 8);
    const places = (side: 'reference' | 'candidate') => channels?.flat[side].map(({ channel }) => channel);
    expect(places('candidate')).toEqual(expected.flat_candidate);
    expect(places('reference')).toEqual(expected.flat_reference);
  });
});

describe('what is told apart', () => {
  const scores = [0.1, 0.9, 0.3, 0.5];

  it('missing outputs, other names, types and shapes', () => {
    const y = float32([4], scores);
    const missing = compareOutputs({ y, z: y }, { y });
    expect(missing.verdict).toBe('broken');
    expect(missing.reasons).toEqual(['output z of the reference is missing']);
    expect(compareOutputs({ y }, { y, z: y })).toMatchObject({ verdict: 'differs' });
    const renamed = compareOutputs({ y, output0: y }, { y, output: y });
    expect(renamed.verdict).toBe('agrees');
    expect(renamed.outputs[1]).toMatchObject({
      name: 'output0',
      candidate: { name: 'output' },
      mismatches: ['name'],
    });
    const integers: Tensor = { type: 'int32', dims: [4], data: Int32Array.from([0, 1, 0, 1]) };
    expect(only(compareOutputs({ y }, { y: integers }))).toMatchObject({ mismatches: ['type'], elements: 4 });
    expect(compareOutputs({ y }, { y: float32([2, 2], scores) }).verdict).toBe('broken');
    const other = compareOutputs({ y }, { y: float32([3], scores.slice(1)) });
    expect(other).toMatchObject({ verdict: 'differs', reasons: ["output y is [3], the reference's [4]"] });
    expect(compareOutputs({ y }, { y: float32([4], [1]) }).verdict).toBe('broken');
  });

  it('text by what it says', () => {
    const text = (...data: string[]): Tensor => ({ type: 'string', dims: [data.length], data });
    const found = compareOutputs({ y: text('bed', 'person') }, { y: text('bed', 'chair') });
    expect(only(found)).toMatchObject({ elements: 2, unequal: 1, beyond: 1 });
    expect(found.reasons[0]).toContain('element 1 is "chair", expected "person"');
    expect(only(compareOutputs({ y: text('1') }, { y: float32([1], [1]) })).elements).toBe(0);
    expect(compareOutputs({ y: text('1') }, { y: float32([1], [1]) }).verdict).toBe('differs');
  });

  it('half precision by what its bits stand for, and where it overflows', () => {
    const bits = Uint16Array.from([0x3c00, 0x7c00]);
    const found = compareOutputs(
      { y: float32([2], [1, 70_000]) },
      { y: { type: 'float16', dims: [2], data: bits } },
    );
    expect(found.verdict).toBe('broken');
    expect(found.reasons[0]).toContain('1 of 2 numbers are NaN or infinite');
    expect(found.reasons[0]).toContain('65504');
  });

  it('a channel that says nothing any more, and the scale that took it', () => {
    // Four rows of boxes and two of scores, as a detector's output; one scale of 640 / 255 for all.
    const anchors = 400;
    const rows = [0, 1, 2, 3, 4, 5].flatMap((row) =>
      Array.from({ length: anchors }, (_, i) =>
        row < 4 ? (i * 640) / anchors : ((i * 7 + row) % 100) / 110,
      ),
    );
    const step = Math.fround(640 / 255);
    const y = float32([1, 6, anchors], rows);
    const coarse = float32(
      [1, 6, anchors],
      rows.map((value) => Math.round(value / step) * step),
    );
    const found = compareOutputs({ y }, { y: coarse }, { precision: 'int8' });
    expect(found.verdict).toBe('broken');
    expect(found.reasons[0]).toContain(
      'channels 4-5 of 6 are 0 everywhere where the reference goes from 0 to 0.9',
    );
    expect(found.reasons[0]).toMatch(/only \d+ different numbers, 2\.51 apart.*share one output scale/);
    // The other way round the reference is what looks broken.
    const swapped = compareOutputs({ y: coarse }, { y }, { precision: 'int8' });
    expect(swapped.reasons[0]).toContain('the reference itself looks broken');
    // Lost for another reason: nothing is said of scales.
    const zeroed = float32(
      [1, 6, anchors],
      rows.map((value, i) => (i < 4 * anchors ? value : 0)),
    );
    expect(compareOutputs({ y }, { y: zeroed }).reasons[0]).not.toContain('scale');
  });

  it('one value everywhere in a whole output', () => {
    const found = compareOutputs(
      { y: float32([1, 4], scores) },
      { y: float32([1, 4], [0.5, 0.5, 0.5, 0.5]) },
    );
    expect(found).toMatchObject({ verdict: 'broken' });
    expect(found.reasons[0]).toBe('output y: it is 0.5 everywhere where the reference goes from 0.1 to 0.9');
  });
});

describe('compareSessions', () => {
  const twice = (error = 0) => ({
    run: ({ x }: Readonly<Record<string, Tensor>>) =>
      Promise.resolve(
        x?.type === 'float32' ? { y: { ...x, data: x.data.map((value) => value * 2 + error) } } : {},
      ),
  });

  it('runs a session and a model on every input and sums up', async () => {
    const inputs = [1, 2, 3].map((k) => ({ x: float32([2], [k, 10 * k]) }));
    const model = {
      infer: async (feeds: Readonly<Record<string, Tensor>>) => ({ outputs: await twice(0.5).run(feeds) }),
    };
    const found = await compareSessions(twice(), model, inputs);
    expect(found).toMatchObject({ runs: 3, verdict: 'differs', tolerance: TENSOR_TOLERANCES.fp32 });
    expect(only(found)).toMatchObject({
      elements: 6,
      beyond: 6,
      errors: { maxAbsolute: 0.5, meanAbsolute: 0.5 },
    });
    expect(only(found).errors?.maxRelative).toBeCloseTo(0.25, 12);
    expect(await compareSessions(twice(), model, inputs, { tolerance: { absolute: 0.5 } })).toMatchObject({
      verdict: 'agrees',
      reasons: [],
    });
    await expect(compareSessions(twice(), twice(), [])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('compares a session that uses its buffers again with itself', async () => {
    const data = new Float32Array(1);
    let runs = 0;
    const session = {
      run: () => {
        data[0] = ++runs;
        return Promise.resolve({ y: { type: 'float32' as const, dims: [1], data } });
      },
    };
    expect(only(await compareSessions(session, session, {})).errors?.maxAbsolute).toBe(1);
  });

  it('agrees with itself, and sees every change of a number, whatever the shape', () => {
    const tensor = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }).chain((dims) => {
      const length = dims.reduce((product, dim) => product * dim, 1);
      return fc.record({
        dims: fc.constant(dims),
        values: fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), {
          minLength: length,
          maxLength: length,
        }),
        at: fc.nat(length - 1),
      });
    });
    fc.assert(
      fc.property(tensor, ({ dims, values, at }) => {
        const y = float32(dims, values);
        expect(compareOutputs({ y }, { y })).toMatchObject({ verdict: 'agrees', reasons: [] });
        const changed = float32(
          dims,
          values.map((value, index) => (index === at ? value + 5 : value)),
        );
        const output = only(compareOutputs({ y }, { y: changed }));
        expect(output).toMatchObject({ beyond: 1, unequal: 1, firstBeyond: { element: at } });
        expect(output.errors?.maxAbsolute).toBeCloseTo(5, 3);
      }),
    );
  });
});

it('knows precisions by their names, and takes the coarsest', () => {
  expect(['fp32', 'FP64', 'fp16', 'bf16', 'half', 'int8', 'uint8', 'int4', '?'].map(precisionClass)).toEqual([
    ...['fp32', 'fp32', 'fp16', 'fp16', 'fp16'],
    ...['int8', 'int8', 'int8', 'int8'],
  ]);
  expect(coarsestPrecision('fp32', 'fp16')).toBe('fp16');
  expect(coarsestPrecision('int8', 'fp32')).toBe('int8');
  expect(coarsestPrecision()).toBe('fp32');
});

it('reads halves as IEEE 754 has them', () => {
  expect([0x3c00, 0xc000, 0x7bff, 0x0001, 0xfc00].map(fromHalf)).toEqual([1, -2, 65504, 2 ** -24, -Infinity]);
});
