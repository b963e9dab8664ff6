import type { Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { difference } from './compare-tensors.js';

const how = { relative: 1e-3, absolute: 1e-7 };
const float = (...data: number[]): Tensor => ({
  type: 'float32',
  dims: [data.length],
  data: Float32Array.from(data),
});
const text = (...data: string[]): Tensor => ({ type: 'string', dims: [data.length], data });

// Verdicts of numpy.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-7), NumPy 2.4.
describe('difference', () => {
  it.each<[string, Tensor, Tensor]>([
    ['within the relative tolerance', float(1000.9), float(1000)],
    ['within the absolute tolerance of zero', float(9e-8), float(0)],
    ['not-a-number in both', float(Number.NaN, Infinity, -Infinity), float(Number.NaN, Infinity, -Infinity)],
    ['zero and minus zero', float(-0), float(0)],
    [
      'halves',
      { type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0x0001) },
      { type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0x0002) },
    ],
    [
      'integers',
      { type: 'int64', dims: [1], data: BigInt64Array.of(10001n) },
      { type: 'int64', dims: [1], data: BigInt64Array.of(10000n) },
    ],
    ['texts', text('a', ''), text('a', '')],
  ])('finds none in %s', (_name, actual, expected) => {
    expect(difference('y', actual, expected, how)).toBeUndefined();
  });

  it.each<[string, Tensor | undefined, Tensor, RegExp]>([
    ['a missing output', undefined, float(1), /missing/],
    ['another number', float(1, 1.0021), float(1, 1.001), /element 1 .*1 of 2/],
    ['something where zero is expected', float(1.1e-7), float(0), /expected 0/],
    ['a number for not-a-number', float(0), float(Number.NaN), /expected NaN/],
    ['an infinity of the other sign', float(-Infinity), float(Infinity), /expected Infinity/],
    ['a number for an infinity', float(3e38), float(Infinity), /expected Infinity/],
    [
      'another type',
      { type: 'int32', dims: [1], data: Int32Array.of(1) },
      float(1),
      /int32 \[1\], expected float32/,
    ],
    ['another shape', { ...float(1, 2), dims: [2, 1] }, float(1, 2), /\[2, 1\], expected float32 \[2\]/],
    ['less data than its shape says', { ...float(1), dims: [2] }, float(1, 2), /1 elements, expected 2/],
    [
      'halves',
      { type: 'float16', dims: [1], data: Uint16Array.of(0x3c04) },
      { type: 'float16', dims: [1], data: Uint16Array.of(0x3c00) },
      /1\.00390625, expected 1/,
    ],
    ['texts', text('1.0'), text('1'), /expected 1/],
  ])('finds %s', (_name, actual, expected, message) => {
    expect(difference('y', actual, expected, how)).toMatch(message);
  });

  it('takes numbers in texts for numbers where it is told to', () => {
    const numbers = { ...how, numbersInTexts: true };
    const expected = text('0.6048455', 'nan', '-inf', 'NaN of a text');
    expect(
      difference('y', text('0.60484552', 'NaN', '-INF', 'NaN of a text'), expected, numbers),
    ).toBeUndefined();
    expect(difference('y', text('0.61', 'NaN', '-INF', 'NaN of a text'), expected, numbers)).toMatch(
      /element 0/,
    );
    expect(difference('y', text('0.6048455', 'NaN', 'INF', 'another text'), expected, numbers)).toMatch(
      /2 of 4/,
    );
  });
});
