import type { ModelPackage, ResolvedModel, TensorSpec } from '@care/registry-core';
import type { ImageInput, PredictOptions } from '@care/vision';
import type { Prediction, ServedBy } from './prediction.js';

export interface ModelPredictOptions extends PredictOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds from call to answer; none by default. Rejects with TIMEOUT. */
  readonly timeoutMs?: number;
  /** Hand the bytes over instead of copying them: the caller's buffer is detached (thread isolation only). Default false. */
  readonly transfer?: boolean;
}

/** One loaded version of one model and the workers that run it. */
export interface Model extends AsyncDisposable {
  readonly package: ModelPackage;
  readonly resolved: ResolvedModel;
  readonly servedBy: ServedBy;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  predict(image: ImageInput, options?: ModelPredictOptions): Promise<Prediction>;
  /**
   * Images are run together where the model's batch dimension allows it and spread over the workers; the answers keep the order.
   * Rejects when one fails.
   */
  predict(images: readonly ImageInput[], options?: ModelPredictOptions): Promise<Prediction[]>;
  readonly stats: ModelStats;
  /** Ends the workers; queued and running requests are rejected with DISPOSED. Idempotent. */
  dispose(): Promise<void>;
}

export interface ModelStats {
  readonly queued: number;
  readonly running: number;
  readonly workers: number;
  readonly restarts: number;
}
