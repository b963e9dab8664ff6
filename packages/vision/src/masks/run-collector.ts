import type { MaskSize, Rle } from './rle.js';

/** Builds the shortest run lengths from intervals of 1s that come in rising order. */
export class RunCollector {
  readonly #counts: number[] = [];
  #end = 0;

  /** Pixels `start` (inclusive) to `end` (exclusive), not before the end of the last interval. */
  add(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#counts.length - 1;
    if (last > 0 && start === this.#end) {
      this.#counts[last] = (this.#counts[last] ?? 0) + end - start;
    } else {
      this.#counts.push(start - this.#end, end - start);
    }
    this.#end = end;
  }

  finish({ width, height }: MaskSize): Rle {
    const rest = width * height - this.#end;
    if (rest > 0 || this.#counts.length === 0) this.#counts.push(rest);
    return { width, height, counts: Uint32Array.from(this.#counts) };
  }
}
