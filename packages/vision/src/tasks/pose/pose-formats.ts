import { careObject, cocoObject, roboflowObject } from '../detection/detection-formats.js';
import type { TaskFormats } from '../task-formats.js';
import type { PosePrediction } from '../task-prediction.js';

/** Boxes with keypoints in the result formats. */
export const poseFormats: TaskFormats<PosePrediction> = {
  care: (prediction) => ({
    ...careObject(prediction),
    keypoints: prediction.keypoints.map(({ name, x, y, confidence }) => ({ name, x, y, confidence })),
  }),
  roboflow: ({ width, height, predictions, timings }, newId) => ({
    time: timings.inference / 1000,
    image: { width, height },
    predictions: predictions.map((prediction) => ({
      ...roboflowObject(prediction, newId),
      keypoints: prediction.keypoints.map(({ name, x, y, confidence }, index) => ({
        x,
        y,
        confidence,
        class_id: index,
        class: name,
      })),
    })),
  }),
  coco: (imageId, predictions, options) =>
    predictions.map((prediction) => ({
      ...cocoObject(imageId, prediction, options),
      // v is 1 for every keypoint of a result (cocodataset.org/#format-results): COCO's evaluation does not read it.
      keypoints: prediction.keypoints.flatMap(({ x, y }) => [x, y, 1]),
    })),
};
