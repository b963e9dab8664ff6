import { CareError } from '@care/registry-core';
import { keypointMeasure } from '../../evaluate/average-precision-measure.js';
import { boxArea } from '../../evaluate/box-iou.js';
import { keypointSigmas } from '../../evaluate/coco-parameters.js';
import { evaluateKeypoints } from '../../evaluate/evaluate-keypoints.js';
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
import { objectKeypointSimilarity, type TrueKeypoint } from '../../evaluate/object-keypoint-similarity.js';
import { labelledBox } from '../detection/detection-evaluation.js';
import type { EvaluationFacts, LabelledImage, LabelledObject, TaskEvaluator } from '../task-evaluation.js';
import type { PosePrediction } from '../task-prediction.js';

/** Keypoints as the COCO API measures them, and boxes. Objects without labelled keypoints need not be found. */
export const poseEvaluator: TaskEvaluator<PosePrediction> = {
  truth: 'keypoints',
  predictOptions: OBJECT_PREDICT_OPTIONS,
  evaluate(images, facts) {
    const sigmas = sigmasFor(images, facts);
    const keypoints = evaluateKeypoints({
      ...scope(images, facts),
      groundTruth: labelledObjects(images, 'keypoints', 'box'),
      detections: scoredObjects(images, (found) => ({ keypoints: found.keypoints })),
      ...(sigmas.length === 0 ? {} : { sigmas }),
    });
    const measures = [keypointMeasure(keypoints, facts.classNames), boxMeasure(images, facts)];
    return objectEvaluation(images, facts, measures, {
      task: 'pose-estimation',
      similarityName: 'OKS',
      similarity: (found, truth) => {
        const pose = { keypoints: keypointsOf(truth), box: boxOf(truth) };
        return objectKeypointSimilarity(found.keypoints, pose, truth.area ?? boxArea(pose.box), sigmas);
      },
      isIgnored: (truth) =>
        truth.crowd === true || !keypointsOf(truth).some(({ visibility }) => visibility > 0),
    });
  },
  agreement: (a, b) => objectAgreement(a, b, poseSimilarity),
  asPredictions: (truths, facts) =>
    truths.map((truth) => ({
      ...labelledBox(truth, facts),
      keypoints: keypointsOf(truth).map(({ x, y, visibility }, index) => ({
        name: facts.keypoints?.names[index] ?? String(index),
        ...{ x, y, confidence: visibility > 0 ? 1 : 0 },
      })),
    })),
};

/** Object keypoint similarity, the first of the two taken for the truth with all its keypoints labelled. */
function poseSimilarity(one: PosePrediction, other: PosePrediction): number {
  const keypoints = one.keypoints.map(({ x, y }) => ({ x, y, visibility: 2 }));
  const sigmas = keypointSigmas(keypoints.length);
  return objectKeypointSimilarity(other.keypoints, { keypoints, box: one.box }, boxArea(one.box), sigmas);
}

/** Those of the model when it has one for each keypoint, else what suits their number; none when there are no keypoints. */
function sigmasFor(
  images: readonly LabelledImage<PosePrediction>[],
  { keypoints }: EvaluationFacts,
): readonly number[] {
  const labelled = images.flatMap(({ truths }) => truths.map((truth) => keypointsOf(truth).length));
  const found = images.flatMap(({ predictions }) => predictions.map((pose) => pose.keypoints.length));
  const count = labelled[0] ?? found[0] ?? 0;
  return keypoints?.sigmas?.length === count ? keypoints.sigmas : keypointSigmas(count);
}

function keypointsOf({ keypoints }: LabelledObject): readonly TrueKeypoint[] {
  if (keypoints === undefined) throw new CareError('INPUT_INVALID', 'a labelled object has no keypoints');
  return keypoints;
}
