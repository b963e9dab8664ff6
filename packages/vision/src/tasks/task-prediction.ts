import type { Rle } from '../masks/rle.js';

/** What the caller may set for one prediction; the model package's postprocessing otherwise. */
export interface PredictOptions {
  /** 0..1; kept when confidence >= this. */
  readonly confidence?: number;
  /** 0..1; NMS suppresses when IoU > this. */
  readonly iou?: number;
  readonly maxDetections?: number;
  readonly classAgnosticNms?: boolean;
  readonly multiLabel?: boolean;
  /** Classification with one label an image: how many of the best classes are given. Default 5. */
  readonly topK?: number;
  /** Top-down pose: where the persons are, in pixels of the upright original. Default the whole image. */
  readonly boxes?: readonly Box[];
}

/** [x1, y1, x2, y2] in pixels of the upright original image; floats, clamped to the image. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** One class of an image, best first. */
export interface ClassificationPrediction {
  readonly class: string;
  readonly classId: number;
  /** 0..1 */
  readonly confidence: number;
}

/** One object. */
export interface DetectionPrediction extends ClassificationPrediction {
  readonly box: Box;
}

export interface Keypoint {
  /** Of the model package's keypoints; its index as text when they have no names. */
  readonly name: string;
  /** Pixels of the upright original; not clamped: a joint may lie outside the picture. */
  readonly x: number;
  readonly y: number;
  /** 0..1; 1 when the model gives none. */
  readonly confidence: number;
}

/** One object with its keypoints, in the order of the model package's names. */
export interface PosePrediction extends DetectionPrediction {
  readonly keypoints: readonly Keypoint[];
}

/** One object with its mask over the upright original; `instanceMask(mask)` gives it as bitmap, COCO RLE or polygons. */
export interface SegmentationPrediction extends DetectionPrediction {
  readonly mask: Rle;
}

/** The predictions of the four tasks. Plain data: crosses threads and processes. */
export type TaskPrediction =
  DetectionPrediction | PosePrediction | SegmentationPrediction | ClassificationPrediction;
