import { expect, it } from 'vitest';
import type { PredictionRecord } from '../../formats/prediction-record.js';
import type { PosePrediction } from '../task-prediction.js';
import { poseFormats } from './pose-formats.js';

const pose: PosePrediction = {
  class: 'person',
  classId: 0,
  confidence: 0.875,
  box: [10.5, 20, 110.5, 80],
  keypoints: [
    { name: 'nose', x: 60.25, y: 30, confidence: 0.9 },
    { name: 'left_hip', x: -4.5, y: 85.125, confidence: 0.1 },
  ],
};
const record: PredictionRecord<PosePrediction> = {
  width: 640,
  height: 480,
  model: { id: 'pose', registry: 'local', variant: 'onnx-fp32', backend: 'ort' },
  task: 'pose-estimation',
  predictions: [pose],
  timings: { queue: 1, decode: 2, preprocess: 3, inference: 40, postprocess: 5, total: 52 },
};

it('CARE JSON has the keypoints as they are', () => {
  const { class: name, confidence, box, keypoints } = pose;
  expect(poseFormats.care(pose)).toEqual({ class: name, class_id: 0, confidence, box, keypoints });
});

it("Roboflow's response has keypoints with class and class_id", () => {
  expect(poseFormats.roboflow(record, () => 'id')).toEqual({
    time: 0.04,
    image: { width: 640, height: 480 },
    predictions: [
      {
        ...{ x: 60.5, y: 50, width: 100, height: 60 },
        ...{ confidence: 0.875, class: 'person', class_id: 0, detection_id: 'id' },
        keypoints: [
          { x: 60.25, y: 30, confidence: 0.9, class_id: 0, class: 'nose' },
          { x: -4.5, y: 85.125, confidence: 0.1, class_id: 1, class: 'left_hip' },
        ],
      },
    ],
  });
});

it("COCO's results have x, y, v of each keypoint, the score and the category", () => {
  expect(poseFormats.coco(36, [pose], { categoryIds: [1] })).toEqual([
    {
      image_id: 36,
      category_id: 1,
      bbox: [10.5, 20, 100, 60],
      keypoints: [60.25, 30, 1, -4.5, 85.125, 1],
      score: 0.875,
    },
  ]);
});
