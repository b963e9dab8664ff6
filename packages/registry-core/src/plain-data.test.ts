import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyPlainData, formatPath, NotPlainData } from './plain-data.js';

describe('copyPlainData', () => {
  it('copies JSON deeply', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const copy = copyPlainData(value);
        expect(copy).toEqual(value);
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  it('leaves undefined properties out and keeps a key named __proto__ as data', () => {
    expect(Object.keys(copyPlainData({ a: undefined, b: 1 }) as object)).toEqual(['b']);
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    const copy = copyPlainData(hostile) as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(copy.polluted).toBeUndefined();
  });

  it('throws nothing else than NotPlainData, whatever it is given', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        try {
          JSON.stringify(copyPlainData(value));
        } catch (error) {
          expect(error).toBeInstanceOf(NotPlainData);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('names the place of what it refuses', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    expect(() => copyPlainData(cyclic)).toThrow(/cyclic/);
    expect(() => copyPlainData({ a: [0, { b: () => 1 }] })).toThrow('a[1].b is a function');
    expect(() => copyPlainData({ when: new Date() })).toThrow('when is an instance of a class');
    expect(() => copyPlainData([Number.NaN])).toThrow('[0] is NaN');
    expect(() => copyPlainData({ n: 1n })).toThrow('n is a bigint');
  });
});

it('formatPath writes paths as JavaScript does', () => {
  expect(formatPath(['variants', 0, 'artifacts', 1, 'path'])).toBe('variants[0].artifacts[1].path');
  expect(formatPath([])).toBe('');
});
