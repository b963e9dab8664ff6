import type { ModelPackage, ResolvedModel, Tensor, TensorSpec } from '@care/registry-core';
import type { ImageInput, PredictOptions } from '@care/vision';
import type { CandidateVerdict } from '../negotiation/negotiation.js';
import type { Inference, Prediction, ServedBy } from './prediction.js';

export interface ModelPredictOptions extends PredictOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds from call to answer; none by default. Rejects with TIMEOUT. */
  readonly timeoutMs?: number;
  /** Hand the bytes over instead of copying them: the caller's buffer is detached (thread isolation only). Default false. */
  readonly transfer?: boolean;
}

/** As of a prediction; a tensor is handed over only when it fills a buffer of its own. */
export type ModelInferOptions = Pick<ModelPredictOptions, 'signal' | 'timeoutMs' | 'transfer'>;

/** One loaded version of one model and the workers that run it. */
export interface Model extends AsyncDisposable {
  readonly package: ModelPackage;
  readonly resolved: ResolvedModel;
  readonly servedBy: ServedBy;
  /** Every way to run it that was considered, with what became of it and why: one is `chosen`. */
  readonly candidates: readonly CandidateVerdict[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  predict(image: ImageInput, options?: ModelPredictOptions): Promise<Prediction>;
  /**
   * Images are run together where the model's batch dimension allows it and spread over the workers; the answers keep the order.
   * Rejects when one fails.
   */
  predict(images: readonly ImageInput[], options?: ModelPredictOptions): Promise<Prediction[]>;
  /**
   * Runs the model on tensors as they are: no image, no task. Data is copied before the promise is returned.
   * @throws CareError INPUT_INVALID when names, element types, shapes or lengths are not those of `inputs`; otherwise as `predict`
   */
  infer(inputs: Readonly<Record<string, Tensor>>, options?: ModelInferOptions): Promise<Inference>;
  readonly stats: ModelStats;
  /** Ends the workers; queued and running requests are rejected with DISPOSED. Idempotent. */
  dispose(): Promise<void>;
}

export interface ModelStats {
  readonly queued: number;
  readonly running: number;
  readonly workers: number;
  readonly restarts: number;
  /** Ids of its processes; empty when it runs in threads. */
  readonly processes: readonly number[];
}
