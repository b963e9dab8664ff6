import type { ModelPackage, Tensor, TensorSpec } from '@care/registry-core';
import type { Judgement, PrecisionClass, SessionAgreement } from '@care/registry-core/agreement';
import type { PredictionTolerance } from './prediction-tolerance.js';

/** One variant in one engine; a `Model` of `@care/model-manager` fits as it is. */
export interface ComparableModel {
  readonly package: ModelPackage;
  readonly servedBy: { readonly variant: string };
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  infer(
    inputs: Readonly<Record<string, Tensor>>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly outputs: Readonly<Record<string, Tensor>> }>;
}

/** What one side finds. */
export interface Findings {
  /** Objects of at least the model's confidence; for classification 1 when it names a class. */
  readonly count: number;
  /** The greatest confidence of all predictions, also below the threshold; absent when there is none of 0.01 or more. */
  readonly bestConfidence?: number;
}

export interface PictureAgreement {
  readonly reference: Findings;
  readonly candidate: Findings;
  /** 0..1 as the task measures it; 1 when both find nothing. */
  readonly agreement: number;
}

export interface PredictionAgreement {
  /** What pairs of predictions are measured by: `IoU`, `OKS`, `mask IoU`, `top-1`. */
  readonly measure: string;
  /** Mean over `telling` pictures; absent when there is none. */
  readonly agreement?: number;
  /** Pictures in which either side finds something. */
  readonly telling: number;
  readonly reference: Findings;
  readonly candidate: Findings;
  /** In the order they were given. */
  readonly pictures: readonly PictureAgreement[];
  /** At which both were used. */
  readonly confidence: number;
  readonly tolerance: PredictionTolerance;
}

/** How one variant in one engine agrees with another on pictures. Plain JSON. */
export interface ModelAgreement extends Judgement {
  /** The coarser of both precisions: whose tolerances are in force. */
  readonly precision: PrecisionClass;
  readonly predictions: PredictionAgreement;
  readonly tensors: SessionAgreement;
  /** What speaks against the reference, when that is what looks broken: it finds nothing where the candidate is sure, or its scores are dead. */
  readonly referenceFault?: string;
}
