import { PLAIN_CROP_PREPROCESSING, TORCHVISION_PREPROCESSING, YOLO_PREPROCESSING } from './model-package.mjs';
import { buildSmallClassifier } from './models/mobilenet-v2.mjs';
import { buildClassifier } from './models/resnet18.mjs';
import { buildDetector } from './models/yolov8n-detection.mjs';
import { buildPoseModel } from './models/yolov8n-pose.mjs';
import { buildSegmenter } from './models/yolov8n-segmentation.mjs';

const YOLO = { inputSize: { height: 640, width: 640 }, preprocessing: YOLO_PREPROCESSING };

const CLASSIFIER = {
  times: 3,
  build: buildClassifier,
  package: {
    modelId: 'resnet18-shaped',
    task: 'classification',
    classNames: names('class', 1000),
    inputSize: { height: 224, width: 224 },
    preprocessing: PLAIN_CROP_PREPROCESSING,
  },
};

const SMALL_CLASSIFIER = {
  ...CLASSIFIER,
  build: buildSmallClassifier,
  package: { ...CLASSIFIER.package, modelId: 'mobilenet-v2-shaped' },
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
  // ResNet-18, the smallest of the classifiers that Roboflow's aliases name.
  classification: { ...CLASSIFIER, limit: 1.15 },
  // A run of few milliseconds: what counts is `overhead_ms`, the ratio says little.
  classification_small: SMALL_CLASSIFIER,
  // The same with the resize that torchvision evaluates it with: it reads every pixel of the crop, not four for each of the input.
  classification_antialiased: {
    ...SMALL_CLASSIFIER,
    package: { ...SMALL_CLASSIFIER.package, preprocessing: TORCHVISION_PREPROCESSING },
  },
};

function names(kind, count) {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}
