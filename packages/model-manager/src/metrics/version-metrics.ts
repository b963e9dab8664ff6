import type { Prediction } from '../model/prediction.js';
import { meanEstimate, quantileEstimate, shareEstimate, type Estimate } from './intervals.js';
import { LatencyHistogram, type HistogramSnapshot } from './latency-histogram.js';
import { RecentRequests } from './recent-requests.js';

/** What one version has done since it was loaded. Plain data; a figure without observations is undefined. */
export interface VersionMetricsSnapshot {
  readonly requests: number;
  readonly errors: number;
  readonly errorsByCode: Readonly<Record<string, number>>;
  readonly errorRate: Estimate | undefined;
  /** Seconds from call to answer, queue included. */
  readonly latency: HistogramSnapshot;
  /** Seconds, over the latest requests. */
  readonly p50: Estimate | undefined;
  readonly p95: Estimate | undefined;
  readonly predictionsPerImage: Estimate | undefined;
  readonly meanConfidence: Estimate | undefined;
  /** 0..1: how much its answers to copied requests are like those of the live version. */
  readonly agreement: Estimate | undefined;
  /** Copies of requests that a shadow was too busy for. */
  readonly dropped: number;
}

/** Enough for a p95 with tight bounds, little enough to sort at leisure. */
const RECENT = 1024;

/** A running mean with its spread. */
class Mean {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#squares += value * value;
  }

  get estimate(): Estimate | undefined {
    return meanEstimate(this.#count, this.#sum, this.#squares);
  }
}

export class VersionMetrics {
  readonly recent = new RecentRequests(RECENT);
  readonly #latency = new LatencyHistogram();
  readonly #perImage = new Mean();
  readonly #confidence = new Mean();
  readonly #agreement = new Mean();
  readonly #errorsByCode = new Map<string, number>();
  #requests = 0;
  #errors = 0;
  #dropped = 0;

  answered(seconds: number, predictions: readonly Prediction[]): void {
    this.#requests++;
    this.#latency.observe(seconds);
    this.recent.add(seconds, false);
    for (const { predictions: found } of predictions) {
      this.#perImage.add(found.length);
      for (const { confidence } of found) this.#confidence.add(confidence);
    }
  }

  failed(seconds: number, code: string): void {
    this.#requests++;
    this.#errors++;
    this.#errorsByCode.set(code, (this.#errorsByCode.get(code) ?? 0) + 1);
    this.recent.add(seconds, true);
  }

  /** @param agreement 0..1 */
  agreed(agreement: number): void {
    this.#agreement.add(agreement);
  }

  dropped(): void {
    this.#dropped++;
  }

  snapshot(): VersionMetricsSnapshot {
    const sorted = this.recent.sortedLatencies();
    return {
      requests: this.#requests,
      errors: this.#errors,
      errorsByCode: Object.fromEntries(this.#errorsByCode),
      errorRate: shareEstimate(this.#errors, this.#requests),
      latency: this.#latency.snapshot(),
      p50: quantileEstimate(sorted, 0.5),
      p95: quantileEstimate(sorted, 0.95),
      predictionsPerImage: this.#perImage.estimate,
      meanConfidence: this.#confidence.estimate,
      agreement: this.#agreement.estimate,
      dropped: this.#dropped,
    };
  }
}
