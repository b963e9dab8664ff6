import type { Estimate } from '@care/model-manager';
import { rising } from './order-statistics.js';
import { seededRandom } from './random.js';

/** The same for all: two figures of the same pictures have their replicates of the same resamples and can be compared pair by pair. */
const SEED = 20_200_614;

/** Figures of resamples of the same pictures. */
export type Replicates = readonly number[];

/**
 * The figure of `replicates` resamples with replacement (Efron 1979). Which pictures each takes depends on `count` alone.
 * @param count pictures
 * @param figure of the pictures at these places
 */
export function bootstrapReplicates(
  count: number,
  replicates: number,
  figure: (places: readonly number[]) => number,
): Replicates {
  const random = seededRandom(SEED);
  return Array.from({ length: count === 0 ? 0 : replicates }, () =>
    figure(Array.from({ length: count }, () => Math.floor(random() * count))),
  );
}

/** A figure with its percentile interval. Nothing is known of one without replicates. */
export function bootstrapInterval(value: number, replicates: Replicates, confidence = 0.95): Estimate {
  if (replicates.length === 0) return { value, low: -Infinity, high: Infinity };
  const sorted = rising(replicates);
  const tail = (1 - confidence) / 2;
  return {
    value,
    low: Math.min(value, at(sorted, tail)),
    high: Math.max(value, at(sorted, 1 - tail)),
  };
}

/**
 * How much a figure of `b` is above that of `a` on the same pictures: the interval of the differences, resample by resample.
 * Undefined when the replicates are not of the same resamples.
 */
export function pairedDifference(
  a: { readonly value: number; readonly replicates: Replicates },
  b: { readonly value: number; readonly replicates: Replicates },
  confidence = 0.95,
): Estimate | undefined {
  if (a.replicates.length !== b.replicates.length || a.replicates.length === 0) return undefined;
  const differences = b.replicates.map((value, index) => value - (a.replicates[index] ?? NaN));
  return bootstrapInterval(b.value - a.value, differences, confidence);
}

/** Linear between the neighbours, as numpy.quantile does by default. */
function at(sorted: readonly number[], quantile: number): number {
  const place = quantile * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (place - Math.floor(place)) * (above - below);
}
