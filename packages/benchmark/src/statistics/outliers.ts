import { nearestRank } from './order-statistics.js';

/** Runs far out: above the upper quartile by more than three times the distance of the quartiles (Tukey 1977). Counted, never left out. */
export function countOutliers(sorted: readonly number[]): number {
  const [lower, upper] = [nearestRank(sorted, 0.25), nearestRank(sorted, 0.75)];
  const fence = upper + 3 * (upper - lower);
  return sorted.filter((value) => value > fence).length;
}
