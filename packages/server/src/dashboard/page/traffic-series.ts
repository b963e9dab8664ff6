import type { MetricsDocument } from './documents.js';

/** What the counters of one version said at one time. */
interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  /** Answers at or below each bound, and all of them at the end. */
  readonly cumulative: readonly number[];
}

/** What went on in the seconds before `at`; undefined where there was nothing to measure. */
export interface TrafficPoint {
  /** Milliseconds. */
  readonly at: number;
  /** Requests per second. */
  readonly rate: number;
  /** Share of the requests, 0..1. */
  readonly errorRate: number | undefined;
  /** Seconds. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** Milliseconds that a chart shows. */
export const SHOWN_MS = 300_000;

/** Milliseconds over which a rate is taken: long enough for a p95, short enough to show a change at once. */
const WINDOW_MS = 10_000;

/**
 * What one version did over the last minutes, from counters that only rise. A counter that fell belongs to the same content loaded
 * anew: what it says counts from zero.
 */
export class TrafficSeries {
  #samples: Sample[] = [];
  #points: TrafficPoint[] = [];

  get points(): readonly TrafficPoint[] {
    return this.#points;
  }

  get latest(): TrafficPoint | undefined {
    return this.#points.at(-1);
  }

  /** @param at milliseconds, rising from call to call */
  add(at: number, metrics: Pick<MetricsDocument, 'requests' | 'errors' | 'latency'>): void {
    const { requests, errors, latency } = metrics;
    const last = this.#samples.at(-1);
    if (last !== undefined && requests < last.requests) this.#samples = [{ ...last, ...NOTHING }];
    const sample = { at, requests, errors, cumulative: latency.cumulative };
    this.#samples.push(sample);
    // The newest of those that are a whole window old is where the window begins.
    while ((this.#samples[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || first === sample) return;
    this.#points.push(pointBetween(first, sample, latency.buckets));
    this.#points = this.#points.filter((point) => point.at > at - SHOWN_MS);
  }

  /** Forgets what no chart shows any more. */
  prune(now: number): void {
    this.#points = this.#points.filter((point) => point.at > now - SHOWN_MS);
  }
}

const NOTHING = { requests: 0, errors: 0, cumulative: [] };

function pointBetween(from: Sample, to: Sample, buckets: readonly number[]): TrafficPoint {
  const requests = to.requests - from.requests;
  const answers = to.cumulative.map((count, index) => count - (from.cumulative[index] ?? 0));
  return {
    at: to.at,
    rate: requests / ((to.at - from.at) / 1000),
    errorRate: requests === 0 ? undefined : (to.errors - from.errors) / requests,
    p50: histogramQuantile(0.5, buckets, answers),
    p95: histogramQuantile(0.95, buckets, answers),
  };
}

/**
 * A quantile from counts by bucket, linear within its bucket and the last bound beyond all of them, as Prometheus'
 * `histogram_quantile` has it. Undefined without observations.
 *
 * @param buckets upper bounds, rising
 * @param cumulative observations at or below each bound, and of all of them at the end
 */
export function histogramQuantile(
  quantile: number,
  buckets: readonly number[],
  cumulative: readonly number[],
): number | undefined {
  const total = cumulative.at(-1) ?? 0;
  if (total <= 0) return undefined;
  const rank = quantile * total;
  const index = cumulative.findIndex((count) => count >= rank);
  const high = buckets[index];
  if (high === undefined) return buckets.at(-1);
  const low = index === 0 ? 0 : (buckets[index - 1] ?? 0);
  const below = index === 0 ? 0 : (cumulative[index - 1] ?? 0);
  const within = (cumulative[index] ?? 0) - below;
  return within === 0 ? high : low + ((high - low) * (rank - below)) / within;
}
