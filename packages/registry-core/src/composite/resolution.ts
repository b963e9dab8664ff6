import type { SerializedError } from '../errors/error-transfer.js';
import type { ModelPackage } from '../model-package.js';
import type { ModelSummary, RegistryChange } from '../model-registry.js';

/** What one registry said when it was asked. `skipped`: it was not asked, because the reference names another. */
export interface RegistryAnswer {
  readonly registry: string;
  readonly outcome: 'found' | 'not-found' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly error?: SerializedError;
}

/** A package, the registry that gave it, and what every registry that was asked said (the giving one is the last). */
export interface ResolvedModel {
  readonly package: ModelPackage;
  readonly registry: string;
  readonly answers: readonly RegistryAnswer[];
}

/** Every registry's answer to one reference; `resolved` is what `resolve` would give, `error` what it would throw. */
export interface Explanation {
  readonly reference: string;
  readonly answers: readonly RegistryAnswer[];
  readonly resolved?: ResolvedModel;
  readonly error?: SerializedError;
}

/** A change and the registry that told it. */
export interface ResolvedChange extends RegistryChange {
  readonly registry: string;
}

export interface ListedModel extends ModelSummary {
  readonly registry: string;
  /** The earlier registry that answers for the same model id and version instead. */
  readonly shadowedBy?: string;
}

export interface ModelList {
  readonly models: readonly ListedModel[];
  /** Registries that could not list, with the reason; `skipped` are those that do not offer a list at all. */
  readonly failures: readonly RegistryAnswer[];
}
