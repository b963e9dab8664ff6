import type { BackendDefinition, InferenceBackend } from '@care/registry-core';
import type { ContractModels } from './contract-models.js';

/** A backend to be checked. */
export interface BackendSubject {
  readonly backend: InferenceBackend;
  /** The plugin's default export; its options schema is checked too. */
  readonly definition?: BackendDefinition;
  /** Removes what `create` made. Called after the backend's own `dispose`. */
  dispose?(): void | Promise<void>;
}

/** Called for each check, so that none sees what another left behind. */
export type CreateBackendSubject = () => BackendSubject | Promise<BackendSubject>;

export interface BackendContractOptions {
  /** Models in the backend's own format. Absent: ONNX models, which needs `onnx` among its formats. */
  readonly models?: ContractModels;
}
