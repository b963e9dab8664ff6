import { CareError, serializeError, type ModelPackage, type ResolvedModel } from '@care/registry-core';
import type { OpenMoment } from '../care/load-model.js';
import type { PooledModel } from '../model/pooled-model.js';
import { ContentUnchanged } from '../pool/pool-worker.js';
import { LiveVersion, type LiveVersionListener } from './live-version.js';
import type { RollbackLatches } from './rollback-latches.js';

/** Versions whose content may be another than when they were loaded; null is the unversioned one. */
export type Recheck = ReadonlySet<string | null> | 'all';

export function joinRechecks(a: Recheck, b: Recheck): Recheck {
  return a === 'all' || b === 'all' ? 'all' : new Set([...a, ...b]);
}

/** What is wanted was rolled back and is still the same: no failure, and no reason to switch. */
export class Held extends Error {
  constructor(readonly version: string | null) {
    super('a version that was rolled back is held');
  }
}

export interface ShelfParts {
  readonly latches: RollbackLatches;
  readonly listener: LiveVersionListener;
  /** Milliseconds to finish what was begun. */
  readonly drainMs: number;
  open(resolved: ResolvedModel, moment: OpenMoment): Promise<PooledModel>;
  /** Called before each load. @throws CareError MEMORY_EXCEEDED */
  makeRoom(model: ModelPackage): Promise<void>;
  drained(version: LiveVersion, cut: number): void;
}

/** What a set of wanted versions is loaded for. */
export interface LoadOccasion {
  readonly generation: number;
  readonly recheck: Recheck;
  /** What the registry states now. */
  readonly specKey: string;
}

/** The versions of one model that take memory: loading, ready or draining. */
export class VersionShelf {
  readonly #parts: ShelfParts;
  readonly #resident = new Set<LiveVersion>();
  /** The last failure of each version, until it loads. */
  readonly #failed = new Map<string | null, LiveVersion>();
  /** Kept for a rollback until their time is over. */
  readonly #standby = new Map<LiveVersion, NodeJS.Timeout>();

  constructor(parts: ShelfParts) {
    this.#parts = parts;
  }

  /** All that there is to show: what is resident and what failed. */
  get all(): readonly LiveVersion[] {
    return [...this.#resident, ...this.#failed.values()];
  }

  get resident(): readonly LiveVersion[] {
    return [...this.#resident];
  }

  get standby(): readonly LiveVersion[] {
    return [...this.#standby.keys()];
  }

  /** What an operation failed to load. */
  failedBy(generation: number): LiveVersion | undefined {
    return [...this.#failed.values()].find((one) => one.generation === generation);
  }

  isStandby(version: LiveVersion): boolean {
    return this.#standby.has(version);
  }

  /** Process ids of the workers that are processes of their own. */
  get processes(): readonly number[] {
    return [...this.#resident].flatMap(({ model }) => model?.stats.processes ?? []);
  }

  /** Ready ones of a version (`''` is the unversioned one), the latest first. */
  ready(version: string): LiveVersion[] {
    return [...this.#resident]
      .filter((one) => one.state === 'ready' && (one.version ?? '') === version)
      .sort((a, b) => b.generation - a.generation);
  }

  /** All of them, in their order; when one fails those that were loaded for it are given back. @throws CareError, Held */
  async loadAll(wanted: readonly ResolvedModel[], occasion: LoadOccasion): Promise<LiveVersion[]> {
    const versions: LiveVersion[] = [];
    try {
      for (const resolved of wanted) versions.push(await this.#ensure(resolved, occasion));
      return versions;
    } catch (error) {
      await this.giveBack(versions, occasion.generation);
      throw error;
    }
  }

  /** Ends those that were loaded by an operation which did not make them live. */
  async giveBack(versions: readonly LiveVersion[], generation: number): Promise<void> {
    const fresh = versions.filter((version) => version.generation === generation);
    await Promise.all(fresh.map((version) => this.retire(version)));
  }

  /** The version itself while it is loaded, otherwise the same content loaded again. @throws CareError ROLLBACK_UNAVAILABLE */
  async revive(version: LiveVersion, generation: number): Promise<LiveVersion> {
    if (version.state === 'ready') return version;
    const again = new LiveVersion(version.resolved, generation, this.#parts.listener);
    try {
      await this.#load(again, { pinnedSha256: version.artifactSha256 });
      return again;
    } catch (cause) {
      const { modelId } = version.resolved.package;
      const { message } = serializeError(cause, 'INFERENCE_FAILED');
      throw new CareError(
        'ROLLBACK_UNAVAILABLE',
        `version ${version.version ?? '(unversioned)'} of "${modelId}" is no longer loaded and cannot be loaded again: ${message}`,
        { remedy: 'Restore its files, or deploy another version.', cause },
      );
    }
  }

  /** Stays ready without traffic for that many milliseconds, then ends. */
  keepWarm(version: LiveVersion, milliseconds: number): void {
    if (this.#standby.has(version)) return;
    const timer = setTimeout(() => void this.retire(version), milliseconds).unref();
    this.#standby.set(version, timer);
  }

  /** It has traffic again. */
  serve(version: LiveVersion): void {
    clearTimeout(this.#standby.get(version));
    this.#standby.delete(version);
  }

  /** Lets it finish what it began and gives its memory back. */
  async retire(version: LiveVersion, drainMs = this.#parts.drainMs): Promise<void> {
    this.serve(version);
    const cut = await version.end(drainMs);
    if (this.#resident.delete(version)) this.#parts.drained(version, cut);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#resident].map((version) => this.retire(version)));
  }

  async #ensure(resolved: ResolvedModel, occasion: LoadOccasion): Promise<LiveVersion> {
    const { latches, listener } = this.#parts;
    const { generation, recheck, specKey } = occasion;
    const candidate = new LiveVersion(resolved, generation, listener);
    const { version, packageKey } = candidate;
    const again = recheck === 'all' || recheck.has(version);
    const latch = latches.of(version, packageKey, specKey);
    if (latch !== undefined && !again) throw new Held(version);
    const same = this.ready(version ?? '').find((one) => one.packageKey === packageKey);
    if (latch === undefined && same !== undefined && !again) return same;
    const known = latch?.artifactSha256 ?? same?.artifactSha256;
    try {
      await this.#load(candidate, known === undefined ? {} : { unlessSha256: known });
      latches.release(version);
      return candidate;
    } catch (error) {
      if (!(error instanceof ContentUnchanged)) throw error;
      if (latch !== undefined || same === undefined) throw new Held(version);
      return same;
    }
  }

  /** @throws CareError, ContentUnchanged */
  async #load(
    candidate: LiveVersion,
    moment: Pick<OpenMoment, 'unlessSha256' | 'pinnedSha256'>,
  ): Promise<void> {
    const { resolved, version } = candidate;
    this.#resident.add(candidate);
    this.#parts.listener.state(candidate);
    try {
      await this.#parts.makeRoom(resolved.package);
      const model = await this.#parts.open(resolved, {
        ...moment,
        onWarming: () => candidate.warming(),
        onCrashed: (reason) => candidate.crashed(reason),
        onOutOfOrder: (reason) => candidate.outOfOrder(reason),
      });
      candidate.opened(model);
      this.#failed.delete(version);
    } catch (error) {
      this.#resident.delete(candidate);
      if (error instanceof ContentUnchanged) throw error;
      this.#failed.set(version, candidate);
      candidate.failed(error);
      throw error;
    }
  }
}
