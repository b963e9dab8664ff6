import { CareError } from '@care/registry-core';

/** What tells images apart: a file name, a number of an annotation file... `1` and `'1'` are two images. */
export type ImageId = string | number;

/** 0..1, or null when there is no ground truth to measure against (pycocotools prints -1 and leaves it out of means). */
export type Figure = number | null;

/** What every predicted object has. */
export interface ScoredObject {
  readonly imageId: ImageId;
  readonly classId: number;
  /** Only the order matters; equal scores keep the order in which they are given. */
  readonly score: number;
}

/** What every object of the ground truth has. */
export interface TrueObject {
  readonly imageId: ImageId;
  readonly classId: number;
  /** A region of many objects (COCO `iscrowd`): not missed when unmatched, and any number of predictions may match it. */
  readonly crowd?: boolean;
  /** Not missed when unmatched; the prediction that matches it counts neither way. */
  readonly ignore?: boolean;
  /** Pixels, for the size classes; of the segment where it is known, as COCO's `area`. That of the box or mask when absent. */
  readonly area?: number;
}

/** What is counted; anything else is left out. */
export interface EvaluationScope {
  /** All images of ground truth and predictions when absent. */
  readonly imageIds?: readonly ImageId[];
  /** All classes of ground truth and predictions when absent. */
  readonly classIds?: readonly number[];
}

/** @throws CareError INPUT_INVALID naming the value, e.g. `detections[3].box[2] is NaN` */
export function checkFinite(values: readonly number[], path: string): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const place = values.length === 1 ? path : `${path}[${wrong}]`;
  throw new CareError('INPUT_INVALID', `${place} is ${String(values[wrong])}`, {
    remedy: 'Give finite numbers to the evaluation.',
  });
}

/** Numbers before texts, each in rising order: ties between images must not depend on the order of the input. */
export function compareImageIds(a: ImageId, b: ImageId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : Number(a > b);
}
