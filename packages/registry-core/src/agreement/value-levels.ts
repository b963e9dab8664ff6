/** What 8 bits can tell apart. */
const MOST = 256;
/** So few numbers may hold few different ones by chance. */
const FEWEST_ELEMENTS = 1024;

/** Counts different numbers until there are more than 8 bits can tell apart. */
export class ValueLevels {
  readonly #seen = new Set<number>();
  #elements = 0;

  add(numbers: ArrayLike<number>): void {
    this.#elements += numbers.length;
    for (let i = 0; i < numbers.length && this.#seen.size <= MOST; i++) this.#seen.add(numbers[i] ?? 0);
  }

  /** Undefined when there are too many levels, too few elements, or only one. */
  result(): { count: number; step: number } | undefined {
    const count = this.#seen.size;
    if (count < 2 || count > MOST || this.#elements < FEWEST_ELEMENTS) return undefined;
    const sorted = Float64Array.from(this.#seen).filter(Number.isFinite).sort();
    const step = sorted.reduce(
      (least, value, index) => (index === 0 ? least : Math.min(least, value - (sorted[index - 1] ?? value))),
      Infinity,
    );
    return { count, step };
  }
}
