import type { Model } from '@care/model-manager';
import type { Choice } from './select-and-load.js';
import { RecentLatencies } from './recent-latencies.js';

/** One loaded candidate from the moment it serves until its last request has ended and its workers are gone. */
export class ServedCandidate {
  readonly choice: Choice;
  readonly model: Model;
  readonly latencies = new RecentLatencies();
  #inFlight = 0;
  #idle: (() => void) | undefined;

  constructor(choice: Choice, model: Model) {
    this.choice = choice;
    this.model = model;
  }

  get key(): string {
    return this.choice.selection.chosen.key;
  }

  async run<T>(request: (model: Model) => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.#inFlight++;
    try {
      const answer = await request(this.model);
      this.latencies.add(performance.now() - begun);
      return answer;
    } finally {
      if (--this.#inFlight === 0) this.#idle?.();
    }
  }

  /** Lets what it began end, then frees it; whatever is left at the deadline is cut. */
  async drain(deadlineMs: number): Promise<void> {
    if (this.#inFlight > 0) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        new Promise<void>((resolve) => (this.#idle = resolve)),
        new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs))),
      ]);
      clearTimeout(timer);
    }
    await this.model.dispose();
  }
}
