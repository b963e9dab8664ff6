import type { Profile } from '../profile/profile.js';
import { accuracyBasis } from '../selection/accuracy-basis.js';
import { candidateFigures } from '../selection/candidate-figures.js';
import { paretoFront } from '../selection/pareto.js';
import { runsNeeded } from '../statistics/early-stopping.js';

/** The Pareto front of latency and accuracy, and the percentile of the latency that it is by. */
export interface ReportedFront {
  readonly percentile: number;
  /** Of the profiles on it, the fastest first. */
  readonly keys: readonly string[];
}

/** By the highest percentile up to the wanted one that every profile carries; undefined when there is none. */
export function reportedFront(profiles: readonly Profile[], wanted = 95): ReportedFront | undefined {
  const runs = Math.min(...profiles.map(({ latency }) => latency.endToEnd.length));
  const percentile = [wanted, 95, 90, 50].find((one) => one <= wanted && runs >= runsNeeded(one));
  if (percentile === undefined || profiles.length === 0) return undefined;
  const basis = accuracyBasis(profiles);
  const front = paretoFront(profiles.map((profile) => candidateFigures(profile, { percentile }, basis)));
  return front.length === 0 ? undefined : { percentile, keys: front.map(({ key }) => key) };
}
