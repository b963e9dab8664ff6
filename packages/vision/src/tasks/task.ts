import type { ModelPackage, TaskType, Tensor, TensorSpec } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';

/** What the caller may set for one prediction; the model package's postprocessing otherwise. */
export interface PredictOptions {
  /** 0..1; kept when confidence >= this. */
  readonly confidence?: number;
  /** 0..1; NMS suppresses when IoU > this. */
  readonly iou?: number;
  readonly maxDetections?: number;
  readonly classAgnosticNms?: boolean;
  readonly multiLabel?: boolean;
}

/** [x1, y1, x2, y2] in pixels of the upright original image; floats, clamped to the image. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export interface DetectionPrediction {
  readonly class: string;
  readonly classId: number;
  /** 0..1 */
  readonly confidence: number;
  readonly box: Box;
}

/** The prediction types of the four tasks; later tasks join this union. Plain data: crosses threads and processes. */
export type TaskPrediction = DetectionPrediction;

export interface SessionSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Feeds of one image and what `postprocess` needs to map results back. */
export interface PreparedInput<Geometry = unknown> {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly geometry: Geometry;
}

/** Task code bound to one model; lives in the worker beside the session. Reuses its buffers, so it is not concurrent. */
export interface TaskProcessor<Prediction = TaskPrediction, Geometry = unknown> {
  preprocess(frame: RawFrame): PreparedInput<Geometry>;
  postprocess(
    outputs: Readonly<Record<string, Tensor>>,
    geometry: Geometry,
    options: PredictOptions,
  ): Prediction[];
}

/** A task turns images into tensors and tensors into predictions. */
export interface Task<Prediction = TaskPrediction, Geometry = unknown> {
  readonly type: TaskType;
  /**
   * Binds the task to a model.
   * @throws CareError MODEL_INCOMPATIBLE when the signature and the package disagree (input shape, channels, class count, no decoder fits)
   */
  createProcessor(
    model: ModelPackage,
    variantId: string,
    signature: SessionSignature,
  ): TaskProcessor<Prediction, Geometry>;
}
