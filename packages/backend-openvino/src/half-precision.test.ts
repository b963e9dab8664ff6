import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halvesToSingles, singlesToHalves } from './half-precision.js';

// Expected bits: IEEE 754-2019, binary16 (table of the standard's parameters), and numpy.float16 for the ties.
const pairs: [number, number][] = [
  [0x0000, 0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
];

const round = (value: number) => singlesToHalves(new Float32Array([value]))[0] ?? -1;
const widen = (bits: number) => halvesToSingles(new Uint16Array([bits]))[0] ?? NaN;

describe('half precision', () => {
  it.each(pairs)('0x%s is %d, both ways', (bits, value) => {
    expect(widen(bits)).toBe(value);
    expect(round(value)).toBe(bits);
  });

  it('comes back unchanged for all 65536 patterns (every NaN as the quiet one)', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, index) => index);
    const back = singlesToHalves(halvesToSingles(bits));
    for (const [index, value] of back.entries()) {
      const isNaNPattern = (index & 0x7c00) === 0x7c00 && (index & 0x3ff) !== 0;
      expect(isNaNPattern ? value & 0x7e00 : value).toBe(isNaNPattern ? 0x7e00 : index);
    }
  });

  it('rounds ties to even and what is too large to infinity', () => {
    // numpy: np.float16([2049, 2051, 65519, 65520, 2**-25, 3 * 2**-25])
    expect([2049, 2051, 65519, 65520, 2 ** -25, 3 * 2 ** -25].map(round)).toEqual([
      0x6800, 0x6802, 0x7bff, 0x7c00, 0x0000, 0x0002,
    ]);
  });

  it('takes a nearest half: none of the neighbours is nearer', () => {
    fc.assert(
      fc.property(fc.float({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const bits = round(value);
        const error = Math.abs(widen(bits) - value);
        const neighbours = [bits - 1, bits + 1].filter(
          (pattern) => (pattern & 0x7fff) < 0x7c00 && pattern >= 0,
        );
        for (const pattern of neighbours) {
          if ((pattern & 0x8000) !== (bits & 0x8000)) continue;
          expect(Math.abs(widen(pattern) - value)).toBeGreaterThanOrEqual(error);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
