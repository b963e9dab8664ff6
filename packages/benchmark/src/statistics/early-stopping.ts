import { CareError } from '@care/registry-core';
import { binomialQuantile } from './binomial.js';
import { nearestRank } from './order-statistics.js';

/** Of MLPerf's rule. */
export const PERCENTILE_CONFIDENCE = 0.99;

/** A percentile of latencies and the bound below which the true one lies with 99 % confidence. */
export interface PercentileFigure {
  /** 50, 90, 95, 99, ... */
  readonly percentile: number;
  /** Of what was observed (nearest rank). */
  readonly value: number;
  readonly upper: number;
}

/**
 * The least number of runs that says anything of a percentile: with fewer, even the slowest run is no bound. 44 for p90, 90 for p95,
 * 459 for p99.
 */
export function runsNeeded(percentile: number, confidence = PERCENTILE_CONFIDENCE): number {
  checkPercentile(percentile);
  return Math.ceil(Math.log(1 - confidence) / Math.log(percentile / 100));
}

/**
 * How many of `runs` may be slower than a bound that is to hold for a percentile: the t of MLPerf's early stopping criterion (inference
 * rules, "early stopping"; tolerance 0, confidence 0.99), the largest for which P(at most t of n runs are over | the share of such
 * runs is 1 - p) <= 1 - confidence. Undefined when the runs are too few for any.
 */
export function overLatencyAllowed(
  runs: number,
  percentile: number,
  confidence = PERCENTILE_CONFIDENCE,
): number | undefined {
  checkPercentile(percentile);
  const rank = binomialQuantile(confidence, runs, percentile / 100) + 1;
  return rank > runs ? undefined : runs - rank;
}

/**
 * A percentile with its upper bound: the slowest run but those that may be over it. Nothing is assumed of how latencies are spread.
 * @param sorted rising
 * @throws CareError INPUT_INVALID when the runs are too few to carry the percentile
 */
export function percentileFigure(sorted: readonly number[], percentile: number): PercentileFigure {
  const over = overLatencyAllowed(sorted.length, percentile);
  const upper = over === undefined ? undefined : sorted[sorted.length - 1 - over];
  if (upper === undefined) {
    throw new CareError(
      'INPUT_INVALID',
      `${sorted.length} runs cannot carry p${percentile}: it needs ${runsNeeded(percentile)}`,
      {
        remedy: 'Measure longer, or ask for a lower percentile.',
        details: { runs: sorted.length, percentile, needed: runsNeeded(percentile) },
      },
    );
  }
  return { percentile, value: nearestRank(sorted, percentile / 100), upper };
}

/** Those of the percentiles that the runs can carry. */
export function percentileFigures(
  sorted: readonly number[],
  percentiles: readonly number[],
): PercentileFigure[] {
  return percentiles
    .filter((percentile) => sorted.length >= runsNeeded(percentile))
    .map((percentile) => percentileFigure(sorted, percentile));
}

function checkPercentile(percentile: number): void {
  if (percentile > 0 && percentile < 100) return;
  throw new CareError('OPTIONS_INVALID', `a percentile lies between 0 and 100, found ${percentile}`);
}
