import { profileKey, type AccuracyFigure, type LoadLevel, type Profile } from '../profile/profile.js';
import { percentileFigures, type PercentileFigure } from '../statistics/early-stopping.js';
import { medianInterval, rising } from '../statistics/order-statistics.js';
import { accuracyOn, type AccuracyBasis } from './accuracy-basis.js';
import { DEFAULT_PERCENTILE, type Constraints } from './constraints.js';

/** What a selection looks at of one candidate; undefined is what nobody measured, or what the runs cannot carry. */
export interface CandidateFigures {
  readonly key: string;
  readonly profile: Profile;
  /** Milliseconds at the percentile of the constraints. */
  readonly latency: PercentileFigure | undefined;
  readonly accuracy: AccuracyFigure | undefined;
  /** Images a second at the latency bound: lower bound of the best level that keeps it. */
  readonly throughput: number | undefined;
  /** Megabytes (10^6 bytes) at the peak. */
  readonly memoryMb: number | undefined;
  readonly sizeMb: number;
  /** Milliseconds, the slowest. */
  readonly loadMs: number;
}

export function candidateFigures(
  profile: Profile,
  constraints: Constraints,
  basis: AccuracyBasis | undefined,
): CandidateFigures {
  const { percentile = DEFAULT_PERCENTILE, maxLatencyMs } = constraints;
  return {
    key: profileKey(profile.identity),
    profile,
    latency: percentileFigures(rising(profile.latency.endToEnd), [percentile])[0],
    accuracy: accuracyOn(profile, basis),
    throughput: throughputWithin(profile.levels, percentile, maxLatencyMs),
    memoryMb: profile.memory === null ? undefined : profile.memory.peakBytes / 1e6,
    sizeMb: profile.subject.sizeBytes / 1e6,
    loadMs: Math.max(...profile.loads),
  };
}

/** Images a second that a level gives at least, with 95 % confidence; the least of its windows when they are few. */
export function levelThroughput({ windows }: LoadLevel): number {
  const { low } = medianInterval(windows);
  return Number.isFinite(low) ? low : Math.min(...windows);
}

/**
 * The best throughput of the levels of load at which calls keep the bound. Undefined when nothing tells: no level, or too few calls
 * at each to carry the percentile. 0 when none keeps it.
 */
function throughputWithin(
  levels: readonly LoadLevel[],
  percentile: number,
  maxLatencyMs: number | undefined,
): number | undefined {
  const told = levels.filter(({ windows }) => windows.length > 0);
  if (maxLatencyMs === undefined)
    return told.length === 0 ? undefined : Math.max(...told.map(levelThroughput));
  const judged = told.flatMap((level) => {
    const [figure] = percentileFigures(rising(level.calls), [percentile]);
    return figure === undefined ? [] : [figure.upper <= maxLatencyMs ? levelThroughput(level) : 0];
  });
  return judged.length === 0 ? undefined : Math.max(...judged);
}
