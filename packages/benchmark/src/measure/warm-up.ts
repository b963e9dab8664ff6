import { median } from '../statistics/order-statistics.js';
import { callInLanes, type Clock, type Contestant } from './contestant.js';

export interface WarmUpLimits {
  /** Runs of a window; default 5. */
  readonly window?: number;
  /** Two windows in a row are alike within this share; default 0.05. */
  readonly tolerance?: number;
  /** Runs after which it is given up; default 60. */
  readonly maxRuns?: number;
  /** Milliseconds after which it is given up; default 5000. */
  readonly maxMs?: number;
}

export interface WarmUp {
  readonly runs: number;
  /** False: given up while it was still changing. */
  readonly stable: boolean;
}

/** Calls until it is no longer becoming faster: caches are full, code is compiled, clocks are up. */
export async function warmUp(
  contestant: Contestant,
  now: Clock,
  signal?: AbortSignal,
  limits: WarmUpLimits = {},
): Promise<WarmUp> {
  const { window = 5, tolerance = 0.05, maxRuns = 60, maxMs = 5000 } = limits;
  const times: number[] = [];
  const end = now() + maxMs;
  const { inFlight } = contestant;
  while (times.length < maxRuns && now() < end && signal?.aborted !== true) {
    await callInLanes(
      contestant,
      inFlight,
      (begun) => begun < Math.max(window, inFlight),
      ({ endToEnd }) => times.push(endToEnd),
    );
    if (isStable(times, window, tolerance)) return { runs: times.length, stable: true };
  }
  return { runs: times.length, stable: false };
}

/** Whether the medians of the last two windows are alike. */
function isStable(times: readonly number[], window: number, tolerance: number): boolean {
  if (times.length < 2 * window) return false;
  const [before, last] = [median(times.slice(-2 * window, -window)), median(times.slice(-window))];
  return Math.abs(last / before - 1) <= tolerance;
}
