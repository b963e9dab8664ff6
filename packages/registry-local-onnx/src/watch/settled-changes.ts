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
    const mended: Known[] = [];
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
      const told = after?.of === 'broken' ? this.#asItWas(after) : after;
      if (told === undefined) this.#told.delete(key);
      else this.#told.set(key, told);
      if (told === undefined && before?.of === 'broken') mended.push(before);
      const change = changeOf(before, told);
      if (change !== undefined) (change.kind === 'removed' ? removed : others).push(change);
    }
    for (const one of mended) {
      const change = changeOfMended(one, now);
      if (![...removed, ...others].some((other) => sameModel(change, other)))
        (change.kind === 'removed' ? removed : others).push(change);
    }
    return { changes: [...removed, ...others], settled };
  }

  /** What a file held before it broke is what cannot be used now, whatever can still be read of it. */
  #asItWas(broken: Known): Known {
    const before = [...this.#told.values()].find(({ of, label }) => of === 'model' && label === broken.label);
    if (before === undefined) return broken;
    const { modelId, version } = before;
    return { ...broken, modelId, version };
  }
}

/** A file that could not be used is gone, or whole again: also when it says what it said before it broke. */
function changeOfMended(broken: Known, now: ReadonlyMap<string, Known>): RegistryChange {
  const models = [...now.values()].filter(({ of }) => of === 'model');
  const whole =
    models.find(({ label }) => label === broken.label) ?? models.find((one) => sameModel(one, broken));
  const { modelId, version } = whole ?? broken;
  const which = { modelId, ...(version === undefined ? {} : { version }) };
  return { kind: whole === undefined ? 'removed' : 'changed', ...which };
}

interface Named {
  readonly modelId?: string | undefined;
  readonly version?: string | undefined;
}

function sameModel(a: Named, b: Named): boolean {
  return a.modelId === b.modelId && a.version === b.version;
}
