/** When a latency counts as having left its bound, and as back. */
export interface WatchRule {
  /** Milliseconds. */
  readonly boundMs: number;
  /** Milliseconds that it must be above the bound without a break; default 30 000. */
  readonly forMs?: number;
  /** It is back within the bound only below this share of it; default 0.9. Between both nothing changes. */
  readonly calmShare?: number;
  /** Milliseconds after a breach in which no other is told; default 300 000. */
  readonly restMs?: number;
}

/** A latency over time with hysteresis: short peaks, and what goes to and fro at the bound, are no breach. */
export class LatencyWatch {
  readonly #rule: Required<WatchRule>;
  #aboveSince: number | undefined;
  #restUntil = -Infinity;

  constructor(rule: WatchRule) {
    this.#rule = { forMs: 30_000, calmShare: 0.9, restMs: 300_000, ...rule };
  }

  /**
   * @param ms latency at the percentile of the bound; undefined while there are too few requests to tell
   * @param at milliseconds, monotonic
   * @returns whether the bound has been left for long enough
   */
  observe(ms: number | undefined, at: number): boolean {
    const { boundMs, forMs, calmShare, restMs } = this.#rule;
    if (ms === undefined || ms < boundMs * calmShare) this.#aboveSince = undefined;
    else if (ms > boundMs) this.#aboveSince ??= at;
    if (this.#aboveSince === undefined || at < this.#restUntil || at - this.#aboveSince < forMs) return false;
    this.#aboveSince = undefined;
    this.#restUntil = at + restMs;
    return true;
  }
}
