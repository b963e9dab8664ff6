import type { Preprocessing } from '@care/registry-core';

/** Consecutive source positions, possibly beyond the source, and their weights (sum 1). */
export interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

/** The stretch of the source that is resized, in source pixels. */
interface Stretch {
  readonly begin: number;
  readonly length: number;
}

/** What output pixel `position` is made of, without antialiasing; `ratio` source pixels become one. */
export function tapsAt(
  kind: Exclude<Preprocessing['interpolation'], 'lanczos'>,
  position: number,
  ratio: number,
  { begin, length }: Stretch,
): Taps {
  const center = begin + (position + 0.5) * ratio - 0.5;
  const floor = Math.floor(center);
  switch (kind) {
    case 'nearest':
      return { start: Math.floor(begin + position * ratio), weights: [1] };
    case 'bilinear':
      return { start: floor, weights: [1 - (center - floor), center - floor] };
    case 'bicubic':
      return { start: floor - 1, weights: cubicWeights(center - floor) };
    case 'area':
      return boxWeights(begin + position * ratio, begin + Math.min(length, (position + 1) * ratio));
  }
}

/** Keys' cubic convolution (1981) with OpenCV's a = -0.75. */
function cubicWeights(t: number): number[] {
  return [cubic(t + 1, -0.75), cubic(t, -0.75), cubic(1 - t, -0.75), cubic(2 - t, -0.75)];
}

function cubic(distance: number, a: number): number {
  const d = Math.abs(distance);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

function boxWeights(begin: number, end: number): Taps {
  // A pixel that is covered by less than a thousandth is rounding noise (OpenCV cuts it at the same place).
  const start = Math.floor(begin + 1e-3);
  const stop = Math.max(start + 1, Math.ceil(end - 1e-3));
  const covered: number[] = [];
  for (let s = start; s < stop; s++) covered.push(Math.min(end, s + 1) - Math.max(begin, s));
  return { start, weights: normalised(covered) };
}

/**
 * As Pillow's resize: the filter is as wide as the output pixel when shrinking. What of it lies beyond the `size` pixels of the
 * source is left out and the others share its weight, unless that is padding.
 */
export function pillowTaps(
  kind: Preprocessing['interpolation'],
  position: number,
  ratio: number,
  { begin, size, beyond }: { begin: number; size: number; beyond: 'edge' | 'padding' },
): Taps {
  const width = Math.max(1, ratio);
  const center = begin + (position + 0.5) * ratio;
  if (kind === 'nearest') return { start: pillowNearest(position, ratio, begin), weights: [1] };
  const filter = PILLOW_FILTERS[kind];
  const support = filter.support * width;
  const [lowest, highest] = beyond === 'edge' ? [0, size] : [-Infinity, Infinity];
  const first = Math.max(lowest, Math.floor(center - support + 0.5));
  const end = Math.min(highest, Math.floor(center + support + 0.5));
  const weights: number[] = [];
  for (let s = first; s < end; s++) {
    const distance = (s - center + 0.5) / width;
    weights.push(filter.weight(distance));
  }
  return { start: first, weights: normalised(weights) };
}

/** The pixel under the centre. Pillow goes from one to the next by addition (`Geometry.c`), and where it lies on an edge its rounding decides. */
function pillowNearest(position: number, ratio: number, begin: number): number {
  let center = begin + ratio * 0.5;
  for (let step = 0; step < position; step++) center += ratio;
  return Math.floor(center);
}

/** Weight by the distance from the centre in output pixels, and how far it reaches (Pillow, `Resample.c`). */
const PILLOW_FILTERS: Readonly<
  Record<
    Exclude<Preprocessing['interpolation'], 'nearest'>,
    { readonly support: number; readonly weight: (distance: number) => number }
  >
> = {
  area: { support: 0.5, weight: (distance) => (distance > -0.5 && distance <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weight: (distance) => cubic(distance, -0.5) },
  lanczos: {
    support: 3,
    weight: (distance) => (distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0),
  },
};

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function normalised(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
