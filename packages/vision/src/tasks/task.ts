import type { KeypointSpec, ModelPackage, TaskType, Tensor, TensorSpec } from '@care/registry-core';
import type { DrawingCanvas } from '../draw/drawing-canvas.js';
import type { RawFrame } from '../image/image-source.js';
import type { ResizeGeometry } from '../preprocess/resize-geometry.js';
import type { TaskEvaluator } from './task-evaluation.js';
import type { TaskFormats } from './task-formats.js';
import type { Box, PredictOptions, TaskPrediction } from './task-prediction.js';
import type { TaskTable } from './task-table.js';

export type {
  Box,
  ClassificationPrediction,
  DetectionPrediction,
  Keypoint,
  PosePrediction,
  PredictOptions,
  SegmentationPrediction,
  TaskPrediction,
} from './task-prediction.js';

/** Inputs and outputs of an open session. */
export interface SessionSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** What a model looks at in one run (or one place of a batch): a whole picture, or a region of it. */
export interface View {
  readonly frame: RawFrame;
  /**
   * `[x1, y1, x2, y2]` in pixels of the frame, floats, 0 at the edge of the first pixel; the whole frame (or the static crop) when
   * absent. It is brought to the input as a picture of its own: with `stretch`, x1 becomes 0 and x2 the input's width exactly.
   * It may reach beyond the frame: what lies there is padding (`padValue`), mixed in at the frame's edge as OpenCV's warpAffine
   * with BORDER_CONSTANT does. The geometry of the run maps frame pixels, not region pixels.
   */
  readonly region?: Box;
}

/** Feeds of one run and, for each view in it, what maps results back to its frame. */
export interface PreparedRun {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly geometries: readonly ResizeGeometry[];
}

/** Task code bound to one model; lives in the worker beside the session. Reuses its buffers, so it is not concurrent. */
export interface TaskProcessor<Prediction extends TaskPrediction = TaskPrediction> {
  /** Views that one run takes: a fixed number, or undefined when the model leaves it open. */
  readonly batch: number | undefined;
  /** What of a picture the model is to see; one view, the whole picture, for all but top-down pose models. */
  views(frame: RawFrame, options: PredictOptions): readonly View[];
  /** At least one view, at most `batch`. The tensors are reused by the next call. */
  preprocess(views: readonly View[]): PreparedRun;
  /** Reads the outputs of one view: every tensor with a batch of 1. */
  postprocess(
    outputs: Readonly<Record<string, Tensor>>,
    geometry: ResizeGeometry,
    options: PredictOptions,
  ): Prediction[];
}

/** What drawing needs to know of the model besides the predictions. */
export interface DrawingFacts {
  /** Names and skeleton of the model's keypoints. */
  readonly keypoints?: KeypointSpec | undefined;
}

/** A task turns images into tensors and tensors into predictions. One folder holds all that is special to it. */
export interface Task<Prediction extends TaskPrediction = TaskPrediction> {
  readonly type: TaskType;
  /**
   * What it expects of a model package, before any file is opened.
   * @throws CareError MODEL_INCOMPATIBLE naming the field and what it should be
   */
  checkPackage(model: ModelPackage): void;
  /**
   * Binds the task to a model.
   * @throws CareError MODEL_INCOMPATIBLE when the signature and the package disagree (input shape, channels, class count, no decoder fits)
   */
  createProcessor(
    model: ModelPackage,
    variantId: string,
    signature: SessionSignature,
  ): TaskProcessor<Prediction>;
  /** SVG elements over the upright picture, in its pixels, without text or fonts (letters are paths). */
  draw(predictions: readonly Prediction[], canvas: DrawingCanvas, facts: DrawingFacts): string;
  /** Its predictions as other tools write them. */
  readonly formats: TaskFormats<Prediction>;
  /** Its predictions as rows for people. */
  readonly table: TaskTable<Prediction>;
  /** How its predictions are measured against the truth. */
  readonly evaluation: TaskEvaluator<Prediction>;
}
