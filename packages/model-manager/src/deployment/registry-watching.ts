import {
  errorMessage,
  type CompositeModelRegistry,
  type Logger,
  type ResolvedChange,
} from '@care/registry-core';

/** Who wants to know of the changes of a model. */
export interface ChangeTaker {
  readonly modelId: string;
  changed(change: ResolvedChange): void;
}

/** One watch of all registries for all deployments of a host, begun with the first and ended with the last. */
export class RegistryWatching {
  readonly #takers = new Set<ChangeTaker>();
  #stop: Promise<() => Promise<void>> | undefined;

  constructor(
    private readonly registry: CompositeModelRegistry,
    private readonly logger: Logger,
  ) {}

  /** Resolves when changes from now on are seen. */
  async add(taker: ChangeTaker): Promise<void> {
    this.#takers.add(taker);
    this.#stop ??= this.registry.watch(
      (change) => this.#tell(change),
      (registry, error) =>
        this.logger.warn(
          { registry, error: errorMessage(error) },
          `registry "${registry}" cannot be watched`,
        ),
    );
    await this.#stop;
  }

  async remove(taker: ChangeTaker): Promise<void> {
    this.#takers.delete(taker);
    if (this.#takers.size === 0) await this.end();
  }

  async end(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    await (
      await stop
    )?.();
  }

  /** A change without a model concerns them all. */
  #tell(change: ResolvedChange): void {
    for (const taker of this.#takers) {
      if (change.modelId === undefined || change.modelId === taker.modelId) taker.changed(change);
    }
  }
}
