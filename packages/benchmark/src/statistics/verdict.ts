import type { Estimate } from '@care/model-manager';

/**
 * Of `b` against `a`:
 * - `slower`, `faster`: beyond doubt, and by more than what counts may be
 * - `no-difference`: beyond doubt less than what counts
 * - `inconclusive`: too few or too scattered runs to say
 */
export type Verdict = 'slower' | 'faster' | 'no-difference' | 'inconclusive';

/** What is less than this share of a latency counts for nothing. */
export const NEGLIGIBLE_RATIO = 0.03;

/** @param ratio of the times of `b` over those of `a` */
export function timeVerdict({ low, high }: Estimate, negligible = NEGLIGIBLE_RATIO): Verdict {
  if (low >= 1 / (1 + negligible) && high <= 1 + negligible) return 'no-difference';
  if (low > 1) return 'slower';
  if (high < 1) return 'faster';
  return 'inconclusive';
}

/** Of `b` against `a`, as for time. */
export type AccuracyVerdict = 'better' | 'worse' | 'no-difference' | 'inconclusive';

/** What is less than this of an accuracy (0..1) counts for nothing. */
export const NEGLIGIBLE_ACCURACY = 0.005;

/** @param difference of the accuracy of `b` less that of `a` */
export function accuracyVerdict({ low, high }: Estimate, negligible = NEGLIGIBLE_ACCURACY): AccuracyVerdict {
  if (low >= -negligible && high <= negligible) return 'no-difference';
  if (low > 0) return 'better';
  if (high < 0) return 'worse';
  return 'inconclusive';
}

/** Whether nothing speaks against both taking the same time. */
export function holdsEqual({ low, high }: Estimate): boolean {
  return low <= 1 && high >= 1;
}
