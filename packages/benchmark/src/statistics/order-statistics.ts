import type { Estimate } from '@care/model-manager';
import { binomialAtMost, binomialQuantile } from './binomial.js';

/** Numbers in rising order. */
export function rising(values: Iterable<number>): number[] {
  return Array.from(values).sort((a, b) => a - b);
}

/** The middle of the values, the mean of the middle two for an even number; NaN without values. */
export function median(values: Iterable<number>): number {
  const sorted = rising(values);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** The value at or below which at least the share `quantile` (0 < q <= 1) of the sorted values lies; NaN without values. */
export function nearestRank(sorted: ArrayLike<number>, quantile: number): number {
  return sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] ?? NaN;
}

/**
 * The median with the two observations that enclose the true one with at least `confidence`, by the exact binomial distribution of
 * its rank: nothing is assumed of how the values are spread (David & Nagaraja, "Order Statistics", 3rd ed., 7.1). A bound that so
 * few values cannot carry is infinite: both are from 6 values on at 95 %, from 8 at 99 %.
 */
export function medianInterval(values: Iterable<number>, confidence = 0.95): Estimate {
  const sorted = rising(values);
  const [low, high] = quantileRanks(sorted.length, 0.5, confidence);
  return {
    value: median(sorted),
    low: low === undefined ? -Infinity : (sorted[low - 1] ?? -Infinity),
    high: high === undefined ? Infinity : (sorted[high - 1] ?? Infinity),
  };
}

/** Ranks (from 1) of the observations that enclose a quantile; undefined where no observation is far enough out. */
export function quantileRanks(
  n: number,
  quantile: number,
  confidence: number,
): readonly [low: number | undefined, high: number | undefined] {
  if (n === 0) return [undefined, undefined];
  const tail = (1 - confidence) / 2;
  // Below the r-th observation lies the quantile with the probability that fewer than r observations are below it.
  let low = binomialQuantile(tail, n, quantile);
  if (binomialAtMost(low, n, quantile) <= tail) low++;
  const high = binomialQuantile(1 - tail, n, quantile) + 1;
  return [low < 1 ? undefined : low, high > n ? undefined : high];
}
