const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** Starts that may fail one after the other, with no worker left, before a pool gives up. */
const MAX_FAILED_STARTS = 5;

/** When a dead worker is replaced, and when no more. Exponential backoff that a successful answer resets. */
export class RestartPolicy {
  #deaths = 0;
  #failedStarts = 0;

  /** Milliseconds until the next start; the first replacement after an answer starts at once. */
  nextDelay(): number {
    const delay = this.#deaths === 0 ? 0 : FIRST_DELAY_MS * 2 ** (this.#deaths - 1);
    this.#deaths++;
    return Math.min(delay, LONGEST_DELAY_MS);
  }

  answered(): void {
    this.#deaths = 0;
  }

  started(): void {
    this.#failedStarts = 0;
  }

  startFailed(): void {
    this.#failedStarts++;
  }

  get exhausted(): boolean {
    return this.#failedStarts >= MAX_FAILED_STARTS;
  }

  get failedStarts(): number {
    return this.#failedStarts;
  }
}
