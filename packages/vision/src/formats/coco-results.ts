import type { DetectionPrediction } from '../tasks/task.js';

/** One line of a COCO results file. */
export interface CocoResult {
  readonly image_id: number | string;
  readonly category_id: number;
  /** x, y, width, height in pixels. */
  readonly bbox: readonly [number, number, number, number];
  readonly score: number;
}

export interface CocoResultsOptions {
  /**
   * Category id by class id. Without it the category id is the model's class id; for models of COCO's own 80 classes pass
   * {@link COCO_CATEGORY_IDS}, since COCO numbers its categories 1 to 90 with gaps.
   */
  readonly categoryIds?: readonly number[];
}

/** `imageId` is a number for COCO's own evaluation; a file name serves elsewhere. */
export function toCocoResults(
  imageId: number | string,
  predictions: readonly DetectionPrediction[],
  { categoryIds }: CocoResultsOptions = {},
): CocoResult[] {
  return predictions.map(({ classId, confidence, box: [x1, y1, x2, y2] }) => ({
    image_id: imageId,
    category_id: categoryIds?.[classId] ?? classId,
    bbox: [x1, y1, x2 - x1, y2 - y1],
    score: confidence,
  }));
}
