import type { CareJsonPrediction } from '../../formats/care-json.js';
import type { CocoResult, CocoResultsOptions } from '../../formats/coco-results.js';
import type { RoboflowObject } from '../../formats/roboflow-response.js';
import type { TaskFormats } from '../task-formats.js';
import type { DetectionPrediction } from '../task-prediction.js';

/** Boxes in the result formats. */
export const detectionFormats: TaskFormats<DetectionPrediction> = {
  care: careObject,
  roboflow: ({ width, height, predictions, timings }, newId) => ({
    time: timings.inference / 1000,
    image: { width, height },
    predictions: predictions.map((prediction) => roboflowObject(prediction, newId)),
  }),
  coco: (imageId, predictions, options) =>
    predictions.map((prediction) => cocoObject(imageId, prediction, options)),
};

/** Class, confidence and box; tasks that know more of an object add to it. */
export function careObject({
  class: name,
  classId,
  confidence,
  box,
}: DetectionPrediction): CareJsonPrediction {
  return { class: name, class_id: classId, confidence, box };
}

export function roboflowObject(
  { class: name, classId, confidence, box: [x1, y1, x2, y2] }: DetectionPrediction,
  newId: () => string,
): RoboflowObject {
  return {
    x: (x1 + x2) / 2,
    y: (y1 + y2) / 2,
    width: x2 - x1,
    height: y2 - y1,
    confidence,
    class: name,
    class_id: classId,
    detection_id: newId(),
  };
}

export function cocoObject(
  imageId: number | string,
  { classId, confidence, box: [x1, y1, x2, y2] }: DetectionPrediction,
  { categoryIds }: CocoResultsOptions,
): CocoResult {
  return {
    image_id: imageId,
    category_id: categoryIds?.[classId] ?? classId,
    bbox: [x1, y1, x2 - x1, y2 - y1],
    score: confidence,
  };
}
