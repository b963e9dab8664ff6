import type { StaleAnswer, TaskType, Tensor } from '@care/registry-core';
import type { TaskPrediction } from '@care/vision';

/** What answered: stated in every prediction. */
export interface ServedBy {
  readonly id: string;
  /** Absent for the unversioned one. */
  readonly version?: string;
  readonly registry: string;
  readonly variant: string;
  readonly backend: string;
  readonly device: string;
  /** Of the model file that was loaded. */
  readonly sha256: string;
  /** Present when the registry could not be asked and the model is what it said before. */
  readonly stale?: StaleAnswer;
}

/**
 * Milliseconds spent in each stage of one request. Images that were run together share one run: the stages are those of the whole
 * run.
 */
export interface PredictionTimings {
  readonly queue: number;
  readonly decode: number;
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
  /** From call to answer, transport included. */
  readonly total: number;
}

export interface Prediction<P = TaskPrediction> {
  /** Size of the upright original in pixels. */
  readonly width: number;
  readonly height: number;
  readonly model: ServedBy;
  readonly task: TaskType;
  readonly predictions: readonly P[];
  readonly timings: PredictionTimings;
}

/** What a model makes of tensors. */
export interface Inference {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly model: ServedBy;
  /** `decode`, `preprocess` and `postprocess` are 0. */
  readonly timings: PredictionTimings;
}
