import { createHash } from 'node:crypto';
import { median, nearestRank, rising } from '../statistics/order-statistics.js';
import type { Clock } from './contestant.js';

export interface MachineNoise {
  /** How far apart the same work's times are: their 10th and 90th percentile over their median. */
  readonly spread: number;
  /** How much slower the last third of the rounds was than the first: 0.1 is 10 %. */
  readonly drift: number;
}

const WORK = new Uint8Array(2 ** 20);

/** A fixed piece of work of a millisecond or so. @returns milliseconds it took */
export function referenceWork(now: Clock): number {
  const begun = now();
  createHash('sha256').update(WORK).digest();
  return now() - begun;
}

/** Of the times of a fixed piece of work, in their order. Undefined for fewer than 6. */
export function machineNoise(times: readonly number[]): MachineNoise | undefined {
  if (times.length < 6) return undefined;
  const sorted = rising(times);
  const third = Math.floor(times.length / 3);
  return {
    spread: (nearestRank(sorted, 0.9) - nearestRank(sorted, 0.1)) / median(sorted),
    drift: median(times.slice(-third)) / median(times.slice(0, third)) - 1,
  };
}
