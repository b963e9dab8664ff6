/**
 * Operations on one model, one after the other. Each gets the next generation; `overtake` takes one out of turn (a rollback does not
 * wait for a load), so that an operation under way sees that a later one has been carried out and must not win any more.
 */
export class OperationQueue {
  #generation = 0;
  #last: Promise<unknown> = Promise.resolve();

  get generation(): number {
    return this.#generation;
  }

  /** @param operation gets its generation, taken when its turn has come */
  run<T>(operation: (generation: number) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => operation(++this.#generation));
    // The next one runs whatever became of this one; its caller has the outcome.
    this.#last = result.catch(() => undefined);
    return result;
  }

  overtake(): number {
    return ++this.#generation;
  }

  /** Whether nothing has been carried out since. */
  isLatest(generation: number): boolean {
    return generation === this.#generation;
  }

  /** When all that was asked so far has ended. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
