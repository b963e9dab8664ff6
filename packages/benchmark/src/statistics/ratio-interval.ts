import type { Estimate } from '@care/model-manager';
import { medianInterval } from './order-statistics.js';

/** Of verdicts: of 100 comparisons of like with like one is wrong. */
const CONFIDENCE = 0.99;

/**
 * By what factor `b` takes longer than `a`, from turns that were taken in the same rounds: the median of the ratios within each round
 * with its exact interval. What slows a whole round cancels out.
 * @param a milliseconds by round; NaN where it had no turn
 * @param b the same
 */
export function pairedRatio(a: readonly number[], b: readonly number[], confidence = CONFIDENCE): Estimate {
  const ratios = a.map((value, round) => (b[round] ?? NaN) / value).filter((ratio) => Number.isFinite(ratio));
  const interval = medianInterval(ratios, confidence);
  return { ...interval, low: Math.max(0, interval.low) };
}

/**
 * The same of two medians that were measured at different times: each interval holds on its own, so their quotient is wider, and what
 * changed on the machine between them is in it.
 */
export function independentRatio(
  a: readonly number[],
  b: readonly number[],
  confidence = CONFIDENCE,
): Estimate {
  // Both hold together with the wanted confidence (Bonferroni).
  const each = 1 - (1 - confidence) / 2;
  const [left, right] = [medianInterval(a, each), medianInterval(b, each)];
  return {
    value: right.value / left.value,
    low: Math.max(0, right.low / left.high || 0),
    high: left.low > 0 ? right.high / left.low : Infinity,
  };
}
