import { fromHalf } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { toHalf } from './half-float.js';

describe('half precision', () => {
  // IEEE 754-2019 binary16; the examples of the Wikipedia article "Half-precision floating-point format".
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 2 ** -14 * (1023 / 1024)],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3bff, 0.99951171875],
    [0x3c00, 1],
    [0x3c01, 1.0009765625],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xc000, -2],
    [0xfc00, -Infinity],
  ])('%i stands for %d', (half, value) => {
    expect(fromHalf(half)).toBe(value);
    expect(toHalf(value)).toBe(half);
  });

  it('gives every number back', () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = fromHalf(half);
      if (!Number.isNaN(value)) expect(toHalf(value)).toBe(half);
    }
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  it('rounds to the nearest, ties to even, and overflows to infinity', () => {
    expect(fromHalf(toHalf(1 / 3))).toBe(0.333251953125);
    expect(toHalf(1 + 1 / 2048)).toBe(0x3c00);
    expect(toHalf(1 + 3 / 2048)).toBe(0x3c02);
    expect(toHalf(65519)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(2 ** -25)).toBe(0);
    expect(toHalf(1.5 * 2 ** -24)).toBe(2);
  });
});
