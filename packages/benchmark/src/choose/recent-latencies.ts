import { nearestRank, rising } from '../statistics/order-statistics.js';
import { runsNeeded } from '../statistics/early-stopping.js';

/** The latest latencies of what serves: fixed memory, the oldest are forgotten. */
export class RecentLatencies {
  readonly #values: number[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity = 512) {
    this.#capacity = capacity;
  }

  /** @param ms milliseconds */
  add(ms: number): void {
    this.#values[this.#next] = ms;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Undefined while there are too few to carry the percentile. */
  percentile(percentile: number): number | undefined {
    if (this.#values.length < Math.min(this.#capacity, runsNeeded(percentile))) return undefined;
    return nearestRank(rising(this.#values), percentile / 100);
  }
}
