import type { TaskType } from '@care/registry-core';
import type { CocoRle } from '../masks/coco-rle.js';
import { taskFor } from '../tasks/task-registry.js';
import type { TaskPrediction } from '../tasks/task-prediction.js';

/** One line of a COCO results file; which of the optional fields it has depends on the task. */
export interface CocoResult {
  readonly image_id: number | string;
  readonly category_id: number;
  /** x, y, width, height in pixels. */
  readonly bbox?: readonly [number, number, number, number];
  readonly segmentation?: CocoRle;
  /** x, y, v of each keypoint; v is 1, as COCO's results have it. */
  readonly keypoints?: readonly number[];
  readonly score: number;
}

export interface CocoResultsOptions {
  /**
   * Category id by class id. Without it the category id is the model's class id; for models of COCO's own 80 classes pass
   * {@link COCO_CATEGORY_IDS}, since COCO numbers its categories 1 to 90 with gaps.
   */
  readonly categoryIds?: readonly number[];
}

/** `imageId` is a number for COCO's own evaluation; a file name serves elsewhere. @throws CareError UNSUPPORTED (unknown task) */
export function toCocoResults(
  imageId: number | string,
  { task, predictions }: { readonly task: TaskType; readonly predictions: readonly TaskPrediction[] },
  options: CocoResultsOptions = {},
): readonly CocoResult[] {
  return taskFor(task).formats.coco(imageId, predictions, options);
}
