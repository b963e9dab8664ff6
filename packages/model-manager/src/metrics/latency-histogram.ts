/** Upper bounds in seconds, as Prometheus counts: the last bucket is what lies above them all. */
export const LATENCY_BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10,
];

export interface HistogramSnapshot {
  /** Seconds. */
  readonly buckets: readonly number[];
  /** Observations at or below each bound, and of all of them at the end: rising. */
  readonly cumulative: readonly number[];
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
}

/** Counts of latencies by bucket. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(LATENCY_BUCKETS.length + 1);
  #count = 0;
  #sum = 0;

  observe(seconds: number): void {
    let bucket = LATENCY_BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket < 0) bucket = LATENCY_BUCKETS.length;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
  }

  snapshot(): HistogramSnapshot {
    let total = 0;
    const cumulative = Array.from(this.#counts, (count) => (total += count));
    return { buckets: LATENCY_BUCKETS, cumulative, count: this.#count, sum: this.#sum };
  }
}
