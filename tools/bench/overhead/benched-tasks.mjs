import { PLAIN_CROP_PREPROCESSING, TORCHVISION_PREPROCESSING, YOLO_PREPROCESSING } from './model-package.mjs';
import { buildClassifier } from './models/mobilenet-v2.mjs';
import { buildLargerClassifier } from './models/resnet18.mjs';
import { buildDetector } from './models/yolov8n-detection.mjs';
import { buildPoseModel } from './models/yolov8n-pose.mjs';
import { buildSegmenter } from './models/yolov8n-segmentation.mjs';

const YOLO = { inputSize: { height: 640, width: 640 }, preprocessing: YOLO_PREPROCESSING };

const CLASSIFIER = {
  times: 3,
  build: buildClassifier,
  package: {
    modelId: 'mobilenet-v2-shaped',
    task: 'classification',
    classNames: names('class', 1000),
    inputSize: { height: 224, width: 224 },
    preprocessing: PLAIN_CROP_PREPROCESSING,
  },
};

/**
 * The four tasks: a model of each and its package. `limit` is what the ratio may be at most; a small model is measured in `times` as
 * many rounds.
 */
export const BENCHED_TASKS = {
  detection: {
    limit: 1.1,
    build: buildDetector,
    package: { ...YOLO, modelId: 'yolov8n-shaped', task: 'object-detection', classNames: names('class', 80) },
  },
  pose: {
    limit: 1.1,
    build: buildPoseModel,
    package: {
      ...YOLO,
      modelId: 'yolov8n-pose-shaped',
      task: 'pose-estimation',
      classNames: ['person'],
      keypoints: { names: names('keypoint', 17), skeleton: [] },
    },
  },
  segmentation: {
    limit: 1.25,
    build: buildSegmenter,
    package: {
      ...YOLO,
      modelId: 'yolov8n-seg-shaped',
      task: 'instance-segmentation',
      classNames: names('class', 80),
    },
  },
  classification: { ...CLASSIFIER, limit: 1.15 },
  classification_larger: {
    limit: 1.15,
    build: buildLargerClassifier,
    package: { ...CLASSIFIER.package, modelId: 'resnet18-shaped' },
  },
  // The small model with the resize that torchvision evaluates it with: it reads every pixel of the crop, not four for each of the input.
  classification_antialiased: {
    ...CLASSIFIER,
    package: { ...CLASSIFIER.package, preprocessing: TORCHVISION_PREPROCESSING },
  },
};

function names(kind, count) {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}
