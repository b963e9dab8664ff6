import { randomUUID } from 'node:crypto';
import { taskFor } from '../tasks/task-registry.js';
import type { PredictionRecord } from './prediction-record.js';

interface RoboflowImage {
  /** Seconds of inference. */
  readonly time: number;
  readonly image: { readonly width: number; readonly height: number };
}

/** An object of Roboflow's responses; keypoints and points (of the mask's largest outline) where the task has them. */
export interface RoboflowObject {
  /** Centre of the box in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly confidence: number;
  readonly class: string;
  readonly class_id: number;
  readonly detection_id: string;
  readonly keypoints?: readonly {
    readonly x: number;
    readonly y: number;
    readonly confidence: number;
    readonly class_id: number;
    readonly class: string;
  }[];
  readonly points?: readonly { readonly x: number; readonly y: number }[];
}

/** Response for detection, pose and instance segmentation. */
export interface RoboflowObjects extends RoboflowImage {
  readonly predictions: readonly RoboflowObject[];
}

/** Response for classification with one label an image. */
export interface RoboflowClassification extends RoboflowImage {
  readonly predictions: readonly {
    readonly class: string;
    readonly class_id: number;
    readonly confidence: number;
  }[];
  /** The best class; empty when there is none. */
  readonly top: string;
  readonly confidence: number;
}

/** Response for classification with any number of labels an image. */
export interface RoboflowMultiLabel extends RoboflowImage {
  readonly predictions: Readonly<Record<string, { readonly confidence: number; readonly class_id: number }>>;
  readonly predicted_classes: readonly string[];
}

/** Roboflow's inference response. */
export type RoboflowResponse = RoboflowObjects | RoboflowClassification | RoboflowMultiLabel;

/** `newId` makes the detection ids; random UUIDs by default. @throws CareError UNSUPPORTED (unknown task) */
export function toRoboflowResponse(
  record: PredictionRecord,
  newId: () => string = randomUUID,
): RoboflowResponse {
  return taskFor(record.task).formats.roboflow(record, newId);
}
