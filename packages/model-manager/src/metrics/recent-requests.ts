/** The latest requests of a version, for judging it as it is now: fixed memory, the oldest are forgotten. */
export class RecentRequests {
  readonly #seconds: Float64Array;
  readonly #failed: Uint8Array;
  #next = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#seconds = new Float64Array(capacity);
    this.#failed = new Uint8Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  add(seconds: number, failed: boolean): void {
    this.#seconds[this.#next] = seconds;
    this.#failed[this.#next] = failed ? 1 : 0;
    this.#next = (this.#next + 1) % this.#seconds.length;
    this.#count = Math.min(this.#count + 1, this.#seconds.length);
  }

  get failures(): number {
    let failures = 0;
    for (let index = 0; index < this.#count; index++) failures += this.#failed[index] ?? 0;
    return failures;
  }

  /** Seconds of those that were answered, rising. */
  sortedLatencies(): Float64Array {
    const answered = this.#seconds.subarray(0, this.#count).filter((_, index) => this.#failed[index] === 0);
    return answered.sort();
  }
}
