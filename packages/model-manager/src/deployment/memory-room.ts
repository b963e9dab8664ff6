import type { ModelPackage } from '@care/registry-core';
import { estimatedBytes, memoryExceeded, memoryShortage, type MemoryState } from './memory-budget.js';

export interface MemoryRoomParts {
  budget(): number | undefined;
  readonly whenShort: 'refuse' | 'drain-first';
  now(): MemoryState;
  /** What serves now. */
  serving(): readonly ModelPackage[];
  /** Ends what is kept for a rollback; false when nothing is. */
  endStandby(): Promise<boolean>;
  endServing(): Promise<void>;
  /** Loads again what served, when nothing has taken its place. */
  restoreServing(): Promise<void>;
}

/** Sees to it that a version fits before it is loaded, and holds requests back while nothing can serve. */
export class MemoryRoom {
  readonly #parts: MemoryRoomParts;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(parts: MemoryRoomParts) {
    this.#parts = parts;
  }

  /** While nothing serves: settles when something does again. */
  get pause(): Promise<void> | undefined {
    return this.#pause?.over;
  }

  /** Before each load. After `drain-first` nothing serves until `resume`. @throws CareError MEMORY_EXCEEDED */
  async make(model: ModelPackage): Promise<void> {
    // What served has made room already.
    if (this.#pause !== undefined) return;
    const { whenShort } = this.#parts;
    const budget = this.#parts.budget();
    const shortage = memoryShortage(model, budget, this.#parts.now());
    if (shortage === undefined) return;
    // What is kept for a rollback is worth less than what is wanted now.
    if (await this.#parts.endStandby()) {
      await this.make(model);
      return;
    }
    const freed = this.#parts.serving().reduce((sum, one) => sum + estimatedBytes(one), 0);
    const helps = freed > 0 && shortage.needed <= shortage.left + freed;
    if (whenShort === 'refuse' || !helps) throw memoryExceeded(model, shortage, budget);
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#pause = { over, end };
    await this.#parts.endServing();
  }

  /** When the operation is over, well or not. @throws CareError when what served cannot be loaded again */
  async resume(): Promise<void> {
    const pause = this.#pause;
    if (pause === undefined) return;
    try {
      await this.#parts.restoreServing();
    } finally {
      this.#pause = undefined;
      pause.end();
    }
  }
}
