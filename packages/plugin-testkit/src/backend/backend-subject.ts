import type { BackendDefinition, InferenceBackend, LoadedModel } from '@care/registry-core';
import type { TensorRunner } from '@care/registry-core/agreement';
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

/** Opens a model in the reference engine. */
export type OpenReference = (model: LoadedModel) => Promise<TensorRunner & { dispose?(): Promise<void> }>;

export interface BackendContractOptions {
  /** Models in the backend's own format. Absent: ONNX models, which needs `onnx` among its formats. */
  readonly models?: ContractModels;
  /**
   * Another engine that runs the same models: the backend's sessions must agree with its sessions on random inputs, within what
   * float32 engines differ by (`TENSOR_TOLERANCES.fp32` of `@care/registry-core/agreement`) or the tolerance of the case.
   */
  readonly reference?: OpenReference;
}
