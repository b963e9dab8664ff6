import type { OutputStream } from '../cli-io.js';
import { formatDuration } from './quantity.js';

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;
const BAR_WIDTH = 24;
export const CLEAR_LINE = '\r\u001b[2K';

export interface ProgressOptions {
  readonly total: number;
  /** What is counted, e.g. `images`. */
  readonly unit: string;
  /** Milliseconds, monotonic; `performance.now` by default. */
  readonly now?: () => number;
}

/** Progress of many like pieces of work. */
export interface Progress {
  /** One more is done. */
  tick(): void;
  /** Takes the bar away while `write` prints, so that lines never mix. */
  around(write: () => void): void;
  /** Takes the bar away for good. */
  stop(): void;
}

/** A bar that redraws itself in a terminal, an occasional line elsewhere. */
export function createProgress(stream: OutputStream, options: ProgressOptions): Progress {
  return stream.isTTY === true ? new ProgressBar(stream, options) : new ProgressLines(stream, options);
}

/** Prints nothing. */
export const noProgress: Progress = {
  tick: () => undefined,
  around: (write) => write(),
  stop: () => undefined,
};

/** Rate over all that is done, and what is left at that rate. */
export function describeProgress(done: number, total: number, unit: string, elapsedMs: number): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  const counted = `${done}/${total} ${unit} ${percent} %`;
  if (done === 0 || elapsedMs <= 0) return counted;
  const left = formatDuration(((total - done) * elapsedMs) / done);
  return `${counted}  ${((done * 1000) / elapsedMs).toFixed(1)}/s  ${done < total ? `${left} left` : 'done'}`;
}

class ProgressBar implements Progress {
  readonly #stream: OutputStream;
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #begin: number;
  #done = 0;
  #drawnAt = -Infinity;
  #visible = false;

  constructor(stream: OutputStream, options: ProgressOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begin = this.#now();
    this.#draw();
  }

  tick(): void {
    this.#done += 1;
    if (this.#now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  around(write: () => void): void {
    this.stop();
    write();
    this.#draw();
  }

  stop(): void {
    if (this.#visible) this.#stream.write(CLEAR_LINE);
    this.#visible = false;
  }

  #draw(): void {
    const { total, unit } = this.#options;
    const bar = progressBar(total === 0 ? 1 : this.#done / total);
    const line = `${bar} ${describeProgress(this.#done, total, unit, this.#now() - this.#begin)}`;
    this.#stream.write(CLEAR_LINE + line.slice(0, widthOf(this.#stream) - 1));
    this.#visible = true;
    this.#drawnAt = this.#now();
  }
}

/** @param part what is done, 0 to 1 */
export function progressBar(part: number): string {
  const full = Math.round(part * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}

/** Pseudo-terminals may say 0. */
export function widthOf({ columns = 0 }: OutputStream): number {
  return columns > 0 ? columns : 80;
}

class ProgressLines implements Progress {
  readonly #stream: OutputStream;
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #begin: number;
  #done = 0;
  #writtenAt: number;

  constructor(stream: OutputStream, options: ProgressOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begin = this.#now();
    this.#writtenAt = this.#begin;
  }

  tick(): void {
    this.#done += 1;
    const { total, unit } = this.#options;
    const now = this.#now();
    if (now - this.#writtenAt < PLAIN_LINE_MS || this.#done >= total) return;
    this.#stream.write(`${describeProgress(this.#done, total, unit, now - this.#begin)}\n`);
    this.#writtenAt = now;
  }

  around(write: () => void): void {
    write();
  }

  stop(): void {
    // Lines stay.
  }
}
