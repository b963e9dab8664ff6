import type { RegistryChange } from '@care/registry-core';
import { changeOf, type Known, type Snapshot } from './snapshot.js';

const ABSENT = 'absent';

/**
 * Compares looks at a directory. A change is told when two looks in a row have seen the same: a file that is being written, a rename
 * half done, a checkout under way look different each time, or are over at the second look. No clock is involved, so a file system
 * with another time does not matter.
 */
export class SettledChanges {
  readonly #told: Map<string, Known>;
  readonly #pending = new Map<string, string>();

  constructor(first: Snapshot) {
    this.#told = new Map(first.known);
  }

  /** Removed first, then what changed or was added. `settled` is false when another look is needed. */
  compare({ known: now }: Snapshot): {
    readonly changes: readonly RegistryChange[];
    readonly settled: boolean;
  } {
    const removed: RegistryChange[] = [];
    const others: RegistryChange[] = [];
    const broken = new Set([...now.values()].filter(({ of }) => of === 'broken').map(({ label }) => label));
    let settled = true;
    for (const key of new Set([...this.#told.keys(), ...now.keys()])) {
      const before = this.#told.get(key);
      const after = now.get(key);
      // A manifest that got broken is told as invalid, not as removed: what is live stays so.
      if (after === undefined && before?.of === 'model' && broken.has(before.label)) continue;
      if (before?.content === after?.content) {
        this.#pending.delete(key);
        continue;
      }
      const content = after?.content ?? ABSENT;
      if (this.#pending.get(key) !== content) {
        this.#pending.set(key, content);
        settled = false;
        continue;
      }
      this.#pending.delete(key);
      if (after === undefined) this.#told.delete(key);
      else this.#told.set(key, after);
      const change = changeOf(before, after);
      if (change !== undefined) (change.kind === 'removed' ? removed : others).push(change);
    }
    return { changes: [...removed, ...others], settled };
  }
}
