import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 2;

/** Clients that ask one after the other, all the time, and remember every answer and every failure. */
export class SteadyLoad {
  /** In the order they came: `{ askedAt, answer }`. */
  answers = [];
  failures = [];
  #stopped = false;
  #clients;

  /** @param ask a request; what it resolves to is remembered */
  constructor(ask, clients = 2) {
    this.#clients = Array.from({ length: clients }, () => this.#client(ask));
  }

  /** Resolves when this many more requests have been answered. */
  async more(count) {
    const wanted = this.answers.length + count;
    await until(() => this.answers.length >= wanted, 'answers');
  }

  get last() {
    return this.answers.at(-1)?.answer;
  }

  /** Answers to requests that were made from a moment on: one that was under way then may end on the version before. */
  askedSince(moment) {
    return this.answers.filter(({ askedAt }) => askedAt >= moment).map(({ answer }) => answer);
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  async #client(ask) {
    while (!this.#stopped) {
      const askedAt = performance.now();
      try {
        const answer = await ask();
        this.answers.push({ askedAt, answer });
      } catch (error) {
        this.failures.push(error);
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** Waits for what must come; a test's own time limit is longer. */
export async function until(condition, what, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}
