import { boxIou } from '../../evaluate/box-iou.js';
import {
  boxMeasure,
  boxOf,
  objectEvaluation,
  OBJECT_PREDICT_OPTIONS,
} from '../../evaluate/object-evaluation.js';
import { objectAgreement } from '../../evaluate/object-agreement.js';
import type { EvaluationFacts, LabelledObject, TaskEvaluator } from '../task-evaluation.js';
import type { DetectionPrediction } from '../task-prediction.js';

/** Boxes as the COCO API measures them. */
export const detectionEvaluator: TaskEvaluator<DetectionPrediction> = {
  truth: 'box',
  predictOptions: OBJECT_PREDICT_OPTIONS,
  evaluate: (images, facts) =>
    objectEvaluation(images, facts, [boxMeasure(images, facts)], {
      task: 'object-detection',
      similarityName: 'IoU',
      similarity: ({ box }, truth) => boxIou(box, boxOf(truth), truth.crowd),
    }),
  agreement: (a, b) => objectAgreement(a, b, (one, other) => boxIou(one.box, other.box)),
  asPredictions: (truths, facts) => truths.map((truth) => labelledBox(truth, facts)),
};

/** A labelled object as a prediction that is sure; tasks that know more of an object add to it. */
export function labelledBox(truth: LabelledObject, { classNames }: EvaluationFacts): DetectionPrediction {
  const { classId } = truth;
  return { class: classNames[classId] ?? String(classId), classId, confidence: 1, box: boxOf(truth) };
}
