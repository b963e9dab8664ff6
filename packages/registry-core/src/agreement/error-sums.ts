import type { ErrorFigures } from './output-agreement.js';

/** Below it a difference is related to it and not to the reference: a thousandth of a pixel or of a score. */
export const RELATIVE_FLOOR = 1e-3;

/** Errors of pairs of finite numbers. */
export class ErrorSums {
  #count = 0;
  #maxAbsolute = 0;
  #sumAbsolute = 0;
  #maxRelative = 0;
  #sumRelative = 0;

  /** @param error |candidate - reference| */
  add(error: number, reference: number): void {
    const relative = error / Math.max(Math.abs(reference), RELATIVE_FLOOR);
    this.#count++;
    this.#sumAbsolute += error;
    this.#sumRelative += relative;
    if (error > this.#maxAbsolute) this.#maxAbsolute = error;
    if (relative > this.#maxRelative) this.#maxRelative = relative;
  }

  result(): ErrorFigures | undefined {
    if (this.#count === 0) return undefined;
    return {
      maxAbsolute: this.#maxAbsolute,
      meanAbsolute: this.#sumAbsolute / this.#count,
      maxRelative: this.#maxRelative,
      meanRelative: this.#sumRelative / this.#count,
    };
  }
}
