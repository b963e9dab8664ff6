import type { LoadLevel } from '../profile/profile.js';
import { runsNeeded } from '../statistics/early-stopping.js';
import { callInLanes, type Clock, type Contestant } from './contestant.js';
import type { EnergyMeter } from './energy-meter.js';

export interface LevelOptions {
  /** Calls in flight for each that the contestant has by itself; default 1 and 2. */
  readonly factors?: readonly number[];
  /** Windows of each level; default 6, the least that gives bounds of 95 %. */
  readonly windows?: number;
  /** Milliseconds of a window; default 250. */
  readonly windowMs?: number;
  /** Milliseconds of a level at most; default 8000. */
  readonly maxMs?: number;
  /** That the calls of a level are to carry; default 95. */
  readonly percentile?: number;
  readonly energy?: EnergyMeter | undefined;
  readonly signal?: AbortSignal;
  readonly now: Clock;
}

export interface MeasuredLevels {
  readonly levels: LoadLevel[];
  readonly joulesPerImage: number | undefined;
}

/** Throughput of a contestant that runs alone, with one call in flight for each replica and with one more waiting behind it. */
export async function measureLevels(contestant: Contestant, options: LevelOptions): Promise<MeasuredLevels> {
  const { factors = [1, 2], energy } = options;
  const levels: LoadLevel[] = [];
  let joules = 0;
  let images = 0;
  for (const factor of factors) {
    if (options.signal?.aborted === true) break;
    const before = await energy?.read();
    const level = await measureLevel(contestant, contestant.inFlight * factor, options);
    joules += ((await energy?.read()) ?? 0) - (before ?? 0);
    images += level.calls.length * contestant.batch;
    levels.push(level);
  }
  return { levels, joulesPerImage: energy === undefined || images === 0 ? undefined : joules / images };
}

async function measureLevel(
  contestant: Contestant,
  inFlight: number,
  { windows: least = 6, windowMs = 250, maxMs = 8000, percentile = 95, signal, now }: LevelOptions,
): Promise<LoadLevel> {
  const calls: number[] = [];
  const windows: number[] = [];
  const begun = now();
  let windowBegun = begun;
  let inWindow = 0;
  const wanted = (): boolean => {
    if (signal?.aborted === true) return false;
    if (windows.length >= least && calls.length >= runsNeeded(percentile)) return false;
    return now() - begun < maxMs;
  };
  await callInLanes(contestant, inFlight, wanted, ({ endToEnd }) => {
    calls.push(endToEnd);
    inWindow += contestant.batch;
    const took = now() - windowBegun;
    if (took < windowMs) return;
    windows.push((inWindow * 1000) / took);
    windowBegun = now();
    inWindow = 0;
  });
  return { inFlight, windows, calls };
}
