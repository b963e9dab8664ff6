import type { ResolvedModel } from '@care/registry-core';
import { checkMemory, memoryNow } from './memory-budget.js';

export interface MemoryRoomParts {
  readonly budget: number | undefined;
  readonly whenShort: 'refuse' | 'drain-first';
  /** Ends what is kept for a rollback; false when nothing is. */
  endStandby(): Promise<boolean>;
  /** Ends what serves. @returns loads it again when nothing has taken its place; undefined when nothing serves */
  endServing(): Promise<(() => Promise<void>) | undefined>;
}

/** Sees to it that a version fits before it is loaded, and holds requests back while nothing can serve. */
export class MemoryRoom {
  readonly #parts: MemoryRoomParts;
  #pause: Promise<void> | undefined;

  constructor(parts: MemoryRoomParts) {
    this.#parts = parts;
  }

  /** Settles at once, or when something serves again. */
  get serving(): Promise<void> | undefined {
    return this.#pause;
  }

  /** @returns what is to be called after the load, however it ended. @throws CareError MEMORY_EXCEEDED */
  async make(resolved: ResolvedModel): Promise<() => Promise<void>> {
    const { budget, whenShort } = this.#parts;
    const { modelId, version = '(unversioned)', variants } = resolved.package;
    const sizes = variants[0]?.artifacts.map(({ size = 0 }) => size) ?? [];
    const artifactBytes = sizes.reduce((sum, size) => sum + size, 0);
    try {
      checkMemory({ modelName: `${modelId}@${version}`, artifactBytes, budget, ...memoryNow() });
      return () => Promise.resolve();
    } catch (error) {
      // What is kept for a rollback is worth less than what is wanted now.
      if (await this.#parts.endStandby()) return await this.make(resolved);
      if (whenShort === 'refuse') throw error;
      let resume: () => void = () => undefined;
      this.#pause = new Promise((resolve) => (resume = resolve));
      const restore = await this.#parts.endServing();
      return async () => {
        try {
          await restore?.();
        } finally {
          this.#pause = undefined;
          resume();
        }
      };
    }
  }
}
