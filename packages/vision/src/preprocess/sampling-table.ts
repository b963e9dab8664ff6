import type { Preprocessing } from '@care/registry-core';
import { pillowTaps, tapsAt, type Taps } from './interpolation-taps.js';

/** For each output position the same number of consecutive source positions and their weights. */
export interface SamplingTable {
  readonly taps: number;
  /** First source position of each output position; the others follow. */
  readonly start: Int32Array;
  /** `weights[i * taps + t]`; with the rest they sum to 1. */
  readonly weights: Float32Array;
  /** Share of the padding in each output position; absent when no position reaches beyond the source. */
  readonly rest?: Float32Array;
}

/** One axis of a resize: the stretch of the source that becomes `to` pixels, of which `count` are wanted, beginning with `first`. */
export interface SampledAxis {
  /** Pixels of the source. */
  readonly size: number;
  /** Where the stretch begins and how long it is, in source pixels. */
  readonly begin: number;
  readonly length: number;
  readonly to: number;
  readonly first: number;
  readonly count: number;
  /** What lies beyond the source: its edge pixel again, or padding. */
  readonly beyond: 'edge' | 'padding';
}

/**
 * Weights as OpenCV's `resize` has them, without antialiasing:
 * - `nearest`: INTER_NEAREST, source = floor(x * from / to)
 * - `bilinear`: INTER_LINEAR, half-pixel centres
 * - `bicubic`: INTER_CUBIC, half-pixel centres, a = -0.75
 * - `area`: exact box filter: the mean of the source under the output pixel (INTER_AREA when shrinking)
 * With `antialias` they are Pillow's (bicubic with a = -0.5, area as BOX); `lanczos` (a = 3) always is.
 */
export function samplingTable(
  { interpolation, antialias = false }: Pick<Preprocessing, 'interpolation' | 'antialias'>,
  axis: SampledAxis,
): SamplingTable {
  const ratio = axis.length / axis.to;
  const inside: Taps[] = [];
  for (let i = 0; i < axis.count; i++) {
    const position = axis.first + i;
    const taps =
      antialias || interpolation === 'lanczos'
        ? pillowTaps(interpolation, position, ratio, axis)
        : tapsAt(interpolation, position, ratio, axis);
    inside.push(withinSource(taps, axis));
  }
  return pack(inside, axis.size);
}

/** Weights of positions beyond the source go to its edge pixel, or are left out. */
function withinSource({ start, weights }: Taps, { size, beyond }: SampledAxis): Taps {
  const last = start + weights.length - 1;
  if (start >= 0 && last < size) return { start, weights };
  const lowest = Math.max(0, Math.min(size - 1, start));
  const highest = Math.max(0, Math.min(size - 1, last));
  const kept = Array.from({ length: highest - lowest + 1 }, () => 0);
  weights.forEach((weight, t) => {
    const position = start + t;
    const source = Math.max(lowest, Math.min(highest, position));
    if (source === position || beyond === 'edge')
      kept[source - lowest] = (kept[source - lowest] ?? 0) + weight;
  });
  return { start: lowest, weights: kept };
}

function pack(positions: readonly Taps[], size: number): SamplingTable {
  const taps = positions.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const start = new Int32Array(positions.length);
  const packed = new Float32Array(positions.length * taps);
  const rest = new Float32Array(positions.length);
  positions.forEach(({ start: from, weights }, i) => {
    const base = Math.min(from, size - taps);
    start[i] = base;
    packed.set(weights, i * taps + from - base);
    const share = 1 - weights.reduce((sum, weight) => sum + weight, 0);
    if (Math.abs(share) > 1e-9) rest[i] = share;
  });
  return { taps, start, weights: packed, ...(rest.some((share) => share !== 0) ? { rest } : {}) };
}
