import { timeoutError } from './settle-within.js';

/**
 * The time that a load may take. Downloads do not count: how long they take is a matter of the size of the files and the line, and a
 * registry ends one that stalls by itself.
 */
export class LoadDeadline {
  readonly #controller = new AbortController();
  readonly #what: string;
  readonly #timeoutMs: number;
  #leftMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(what: string, timeoutMs: number) {
    this.#what = what;
    this.#timeoutMs = timeoutMs;
    this.#leftMs = timeoutMs;
    this.#run();
  }

  /** Aborted with TIMEOUT when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs a download; the time stands still meanwhile. */
  readonly whileDownloading = async <T>(download: () => Promise<T>): Promise<T> => {
    this.end();
    this.#leftMs -= performance.now() - this.#startedAt;
    try {
      return await download();
    } finally {
      this.#run();
    }
  };

  end(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#startedAt = performance.now();
    const over = (): void => this.#controller.abort(timeoutError(this.#what, this.#timeoutMs));
    this.#timer = setTimeout(over, Math.max(0, this.#leftMs));
  }
}
