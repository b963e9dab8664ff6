import { CareError } from '@care/registry-core';
import { detectionMeasure } from '../../evaluate/average-precision-measure.js';
import { boxIou } from '../../evaluate/box-iou.js';
import { evaluateDetections } from '../../evaluate/evaluate-detections.js';
import {
  boxMeasure,
  boxOf,
  labelledObjects,
  objectEvaluation,
  OBJECT_PREDICT_OPTIONS,
  scope,
  scoredObjects,
} from '../../evaluate/object-evaluation.js';
import { objectAgreement } from '../../evaluate/object-agreement.js';
import { rleIou } from '../../masks/rle-iou.js';
import type { Rle } from '../../masks/rle.js';
import { labelledBox } from '../detection/detection-evaluation.js';
import type { LabelledObject, TaskEvaluator } from '../task-evaluation.js';
import type { SegmentationPrediction } from '../task-prediction.js';

/** Masks as the COCO API measures them, and boxes. */
export const segmentationEvaluator: TaskEvaluator<SegmentationPrediction> = {
  truth: 'mask',
  predictOptions: OBJECT_PREDICT_OPTIONS,
  evaluate(images, facts) {
    const masks = evaluateDetections({
      by: 'mask',
      ...scope(images, facts),
      groundTruth: labelledObjects(images, 'mask'),
      detections: scoredObjects(images, ({ mask }) => ({ mask })),
    });
    const measures = [detectionMeasure('mask', masks, facts.classNames), boxMeasure(images, facts)];
    return objectEvaluation(images, facts, measures, {
      task: 'instance-segmentation',
      similarityName: 'mask IoU',
      similarity: ({ box, mask }, truth) =>
        // Runs are compared only where the boxes meet.
        boxIou(box, boxOf(truth)) === 0 ? 0 : rleIou(mask, maskOf(truth), truth.crowd),
    });
  },
  agreement: (a, b) =>
    objectAgreement(a, b, (one, other) =>
      boxIou(one.box, other.box) === 0 ? 0 : rleIou(one.mask, other.mask),
    ),
  asPredictions: (truths, facts) =>
    truths.map((truth) => ({ ...labelledBox(truth, facts), mask: maskOf(truth) })),
};

function maskOf({ mask }: LabelledObject): Rle {
  if (mask === undefined) throw new CareError('INPUT_INVALID', 'a labelled object has no mask');
  return mask;
}
