import type { StaleAnswer, TaskType } from '@care/registry-core';
import type { TaskPrediction } from '../tasks/task-prediction.js';

/**
 * What the formats need of one image's result. The model manager's `Prediction` fits as it is; `image` is what the caller
 * calls the picture (a path, a name, a URL).
 */
export interface PredictionRecord<Prediction extends TaskPrediction = TaskPrediction> {
  /** Size of the upright original in pixels. */
  readonly width: number;
  readonly height: number;
  readonly model: {
    readonly id: string;
    readonly version?: string;
    readonly registry: string;
    readonly variant: string;
    readonly backend: string;
    /** Present when the registry could not be asked and the model is what it said before. */
    readonly stale?: StaleAnswer;
  };
  readonly task: TaskType;
  /** Classification with any number of labels an image, which is another shape in Roboflow's responses. Default false. */
  readonly multiLabel?: boolean;
  readonly predictions: readonly Prediction[];
  /** Milliseconds by stage; `total` is from call to answer. */
  readonly timings: {
    readonly queue: number;
    readonly decode: number;
    readonly preprocess: number;
    readonly inference: number;
    readonly postprocess: number;
    readonly total: number;
  };
}
