import { rleToCoco } from '../../masks/coco-rle.js';
import { instanceMask } from '../../masks/instance-mask.js';
import { ringArea } from '../../masks/ring-area.js';
import type { Rle } from '../../masks/rle.js';
import { careObject, cocoObject, roboflowObject } from '../detection/detection-formats.js';
import type { TaskFormats } from '../task-formats.js';
import type { SegmentationPrediction } from '../task-prediction.js';

/** Boxes and masks in the result formats. */
export const segmentationFormats: TaskFormats<SegmentationPrediction> = {
  care: (prediction) => ({ ...careObject(prediction), mask: rleToCoco(prediction.mask) }),
  roboflow: ({ width, height, predictions, timings }, newId) => ({
    time: timings.inference / 1000,
    image: { width, height },
    predictions: predictions.map((prediction) => ({
      ...roboflowObject(prediction, newId),
      points: largestOutline(prediction.mask),
    })),
  }),
  coco: (imageId, predictions, options) =>
    predictions.map((prediction) => ({
      ...cocoObject(imageId, prediction, options),
      segmentation: rleToCoco(prediction.mask),
    })),
};

/** Roboflow's responses have one outline without holes for each object. */
function largestOutline(mask: Rle): { x: number; y: number }[] {
  const outlines = instanceMask(mask)
    .polygons()
    .map(({ outer }) => ({ outer, area: ringArea(outer) }));
  const largest = outlines.reduce((best, next) => (next.area > best.area ? next : best), {
    outer: [],
    area: 0,
  });
  return Array.from({ length: largest.outer.length / 2 }, (_, point) => ({
    x: largest.outer[point * 2] ?? 0,
    y: largest.outer[point * 2 + 1] ?? 0,
  }));
}
