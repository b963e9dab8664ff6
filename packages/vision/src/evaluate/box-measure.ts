import type { Box } from '../tasks/task.js';
import { boxArea, boxIou } from './box-iou.js';
import type { Measured, ObjectMeasure } from './evaluate-classes.js';
import { checkFinite, type ScoredObject, type TrueObject } from './evaluation-input.js';

export interface DetectedBox extends ScoredObject {
  readonly box: Box;
}

export interface TrueBox extends TrueObject {
  readonly box: Box;
}

export const BOX_MEASURE: ObjectMeasure<TrueBox, DetectedBox, Box, Box> = {
  readTruth: readBox,
  readDetection: readBox,
  similarity: (detection, { shape, crowd }) => boxIou(detection, shape, crowd),
};

function readBox({ box }: { readonly box: Box }, path: string): Measured<Box> {
  checkFinite(box, `${path}.box`);
  return { shape: box, area: boxArea(box) };
}
