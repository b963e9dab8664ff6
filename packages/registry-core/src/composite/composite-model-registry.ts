import { CareError } from '../errors/care-error.js';
import type { FetchOptions, ModelRegistry, RegistryCallOptions } from '../model-registry.js';
import type { Explanation, ModelList, ResolvedModel } from './resolution.js';

export interface CompositeMember {
  readonly registry: ModelRegistry;
  /** `stop` (default): a failure other than MODEL_NOT_FOUND ends the chain; `continue`: the next is asked. */
  readonly onError?: 'stop' | 'continue';
  /** Milliseconds for one `resolve` or `list`; default 30 000. */
  readonly timeoutMs?: number;
}

/** Chain of responsibility over registries. The next one is asked only when one says MODEL_NOT_FOUND. */
export class CompositeModelRegistry {
  readonly members: readonly CompositeMember[];

  constructor(members: readonly CompositeMember[]) {
    this.members = members;
  }

  resolve(reference: string, _options?: RegistryCallOptions): Promise<ResolvedModel> {
    return Promise.reject(new CareError('MODEL_NOT_FOUND', `not implemented: ${reference}`));
  }

  /** Asks every registry, also those after the one that has it. Never throws for what a registry says. */
  explain(reference: string, _options?: RegistryCallOptions): Promise<Explanation> {
    return Promise.resolve({ reference, answers: [] });
  }

  list(_options?: RegistryCallOptions): Promise<ModelList> {
    return Promise.resolve({ models: [], failures: [] });
  }

  /** Makes the variant's artifacts local through the registry that resolved it. */
  fetch(resolved: ResolvedModel, _variantId: string, _options?: FetchOptions): Promise<ResolvedModel> {
    return Promise.resolve(resolved);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
