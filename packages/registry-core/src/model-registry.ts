import type { ContractVersion } from './contract-version.js';
import type { DeploymentSpec } from './deployment-spec.js';
import type { ModelPackage, TaskType } from './model-package.js';
import type { ModelReference } from './model-reference.js';

export interface RegistryCallOptions {
  /** Aborting rejects with `ABORTED` and stops I/O. */
  readonly signal?: AbortSignal;
}

/** One line of a registry's list. */
export interface ModelSummary {
  readonly modelId: string;
  readonly version?: string;
  readonly task?: TaskType;
  /** For people: a path, a page. */
  readonly source?: string;
}

/** Something changed; the host resolves again to learn what. */
export interface RegistryChange {
  /** `deployment`: which versions are to be live is stated anew, or no longer. */
  readonly kind: 'added' | 'changed' | 'removed' | 'invalid' | 'deployment';
  readonly modelId?: string;
  readonly version?: string;
  /** Why the change was not taken (`invalid`). */
  readonly error?: unknown;
}

export interface FetchProgress {
  readonly artifact: string;
  readonly receivedBytes: number;
  readonly totalBytes?: number;
}

export interface FetchOptions extends RegistryCallOptions {
  readonly onProgress?: (progress: FetchProgress) => void;
}

/**
 * Resolves references to model packages. Only `resolve` is required; what is absent is not supported.
 * A registry does no I/O before its first call and may be called concurrently.
 */
export interface ModelRegistry {
  readonly contract: ContractVersion;
  /** The name that references use before the colon. */
  readonly name: string;
  /**
   * @throws CareError `MODEL_NOT_FOUND` only when the registry answered and does not have it; anything that kept
   * it from knowing is another code (`MANIFEST_INVALID`, `UNAUTHORIZED`, `REGISTRY_UNAVAILABLE`, ...).
   */
  resolve(reference: ModelReference, options?: RegistryCallOptions): Promise<ModelPackage>;
  list?(options?: RegistryCallOptions): Promise<readonly ModelSummary[]>;
  /**
   * Which versions of a model are to be live, when the registry knows; undefined when nothing is stated.
   * @throws CareError `MANIFEST_INVALID` when what is stated cannot be used
   */
  deployment?(modelId: string, options?: RegistryCallOptions): Promise<DeploymentSpec | undefined>;
  /** Makes every artifact of one variant local and returns the package with their paths. Absent: all are local already. */
  fetch?(model: ModelPackage, variantId: string, options?: FetchOptions): Promise<ModelPackage>;
  /** Calls `listener` after each change until the returned function is called. */
  watch?(listener: (change: RegistryChange) => void): Promise<() => Promise<void>>;
  dispose?(): Promise<void>;
}
