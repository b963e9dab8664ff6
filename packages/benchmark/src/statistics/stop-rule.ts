import { runsNeeded } from './early-stopping.js';
import { medianInterval } from './order-statistics.js';

/** Why measuring a candidate ended. */
export type StopReason = 'converged' | 'budget' | 'interrupted' | 'eliminated';

export interface StopRule {
  /** Both bounds of the median lie within this share of it; default 0.03. */
  readonly precision: number;
  /** Percentiles that the runs must carry. */
  readonly percentiles: readonly number[];
}

/** What has been measured of one candidate. */
export interface Progress {
  /** Median of the latencies of each turn, milliseconds. */
  readonly turns: readonly number[];
  /** In all turns. */
  readonly runs: number;
}

/**
 * Whether enough is known. The interval is of the medians of turns, not of single runs: runs right after one another are more alike
 * than they are to those of the next round, and would seem to tell more than they do.
 */
export function isSettled({ turns, runs }: Progress, { precision, percentiles }: StopRule): boolean {
  if (runs < Math.max(0, ...percentiles.map((percentile) => runsNeeded(percentile)))) return false;
  return medianPrecision(turns) <= precision;
}

/** The further bound of the median, as a share of it; infinite for few turns. */
export function medianPrecision(turns: readonly number[]): number {
  const { value, low, high } = medianInterval(turns);
  const precision = Math.max(value - low, high - value) / value;
  return Number.isNaN(precision) ? Infinity : precision;
}
