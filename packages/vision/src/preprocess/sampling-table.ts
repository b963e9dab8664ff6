import type { Preprocessing } from '@care/registry-core';

/** For each output position the same number of consecutive source positions and their weights (sum 1). */
export interface SamplingTable {
  readonly taps: number;
  /** First source position of each output position; the others follow, clamped to the last one. */
  readonly start: Int32Array;
  /** `weights[i * taps + t]` */
  readonly weights: Float32Array;
}

/** One axis of a resize: `from` source pixels become `to`, of which `count` are wanted, beginning with `first`. */
export interface SampledAxis {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Weights as OpenCV's `resize` has them, none with antialiasing but `area`:
 * - `nearest`: INTER_NEAREST, source = floor(x * from / to)
 * - `bilinear`: INTER_LINEAR, half-pixel centres
 * - `bicubic`: INTER_CUBIC, half-pixel centres, a = -0.75
 * - `area`: exact box filter: the mean of the source under the output pixel (INTER_AREA when shrinking)
 * Positions beyond an edge repeat the edge pixel.
 */
export function samplingTable(kind: Preprocessing['interpolation'], axis: SampledAxis): SamplingTable {
  const ratio = axis.from / axis.to;
  const taps = { nearest: 1, bilinear: 2, bicubic: 4, area: Math.ceil(ratio) + 1 }[kind];
  const table = {
    taps: Math.min(taps, axis.from),
    start: new Int32Array(axis.count),
    weights: new Float32Array(axis.count * Math.min(taps, axis.from)),
  };
  for (let i = 0; i < axis.count; i++) {
    const position = axis.first + i;
    const { start, weights } = tapsAt(kind, position, ratio, axis.from);
    const base = Math.max(0, Math.min(start, axis.from - table.taps));
    table.start[i] = base;
    weights.forEach((weight, t) => {
      const source = Math.max(0, Math.min(axis.from - 1, start + t));
      const at = i * table.taps + (source - base);
      table.weights[at] = (table.weights[at] ?? 0) + weight;
    });
  }
  return table;
}

interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

function tapsAt(kind: Preprocessing['interpolation'], position: number, ratio: number, from: number): Taps {
  const center = (position + 0.5) * ratio - 0.5;
  const floor = Math.floor(center);
  switch (kind) {
    case 'nearest':
      return { start: Math.min(from - 1, Math.floor(position * ratio)), weights: [1] };
    case 'bilinear':
      return { start: floor, weights: [1 - (center - floor), center - floor] };
    case 'bicubic':
      return { start: floor - 1, weights: cubicWeights(center - floor) };
    case 'area':
      return boxWeights(position * ratio, Math.min(from, (position + 1) * ratio), from);
  }
}

/** Keys' cubic convolution (1981) with OpenCV's a = -0.75. */
function cubicWeights(t: number): number[] {
  const a = -0.75;
  const far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  const near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

function boxWeights(begin: number, end: number, from: number): Taps {
  // A pixel that is covered by less than a thousandth is rounding noise (OpenCV cuts it at the same place).
  const start = Math.min(from - 1, Math.floor(begin + 1e-3));
  const stop = Math.max(start + 1, Math.ceil(end - 1e-3));
  const weights: number[] = [];
  let sum = 0;
  for (let s = start; s < stop; s++) {
    const weight = Math.min(end, s + 1) - Math.max(begin, s);
    weights.push(weight);
    sum += weight;
  }
  return { start, weights: weights.map((weight) => weight / sum) };
}
