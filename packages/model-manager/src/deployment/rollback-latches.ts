import type { LiveVersion } from './live-version.js';

/** A content that was rolled back. Plain data. */
export interface Latch {
  readonly packageKey: string;
  readonly artifactSha256: Readonly<Record<string, string>>;
  /** What the registry stated when it was rolled back. */
  readonly specKey: string;
}

/**
 * Contents that were rolled back: nothing promotes them again by itself. Released by other content of the version, by another
 * statement of what is to be live, or by a host that names the version.
 */
export class RollbackLatches {
  readonly #latches = new Map<string, Latch>();
  readonly #onChange: () => void;

  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** By version; `''` is the unversioned one. */
  get all(): Readonly<Record<string, Latch>> {
    return Object.fromEntries(this.#latches);
  }

  /** Puts those of an earlier life back. */
  restore(latches: Readonly<Record<string, Latch>>): void {
    for (const [version, latch] of Object.entries(latches)) this.#latches.set(version, latch);
  }

  get versions(): readonly string[] {
    return [...this.#latches.keys()];
  }

  set({ version, packageKey, artifactSha256 }: LiveVersion, specKey: string): void {
    this.#latches.set(version ?? '', { packageKey, artifactSha256, specKey });
    this.#onChange();
  }

  release(version: string | null): void {
    if (this.#latches.delete(version ?? '')) this.#onChange();
  }

  /** The latched content of a package that says the same, as long as the registry states the same. */
  of(version: string | null, packageKey: string, specKey: string): Latch | undefined {
    const latch = this.#latches.get(version ?? '');
    return latch?.packageKey === packageKey && latch.specKey === specKey ? latch : undefined;
  }
}
