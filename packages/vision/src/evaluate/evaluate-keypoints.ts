import { CareError } from '@care/registry-core';
import type { Box } from '../tasks/task.js';
import { boxArea } from './box-iou.js';
import { classEvaluation, meanOverClasses, type ClassEvaluation } from './class-evaluation.js';
import { COCO_KEYPOINT_SIGMAS, INDEX_OF_75, KEYPOINT_PARAMETERS, keypointSigmas } from './coco-parameters.js';
import { evaluateClasses, type ObjectMeasure } from './evaluate-classes.js';
import {
  checkFinite,
  type EvaluationScope,
  type Figure,
  type ScoredObject,
  type TrueObject,
} from './evaluation-input.js';
import type { SizeEvaluation } from './evaluate-detections.js';
import {
  objectKeypointSimilarity,
  type KeypointPosition,
  type TrueKeypoint,
  type TruePose,
} from './object-keypoint-similarity.js';

export interface DetectedPose extends ScoredObject {
  readonly keypoints: readonly KeypointPosition[];
}

/** `area` is that of the person's segment in COCO; of the box when absent, which makes the similarity higher. */
export interface TrueObjectPose extends TrueObject, TruePose {
  readonly keypoints: readonly TrueKeypoint[];
}

export interface KeypointsToEvaluate extends EvaluationScope {
  readonly groundTruth: readonly TrueObjectPose[];
  readonly detections: readonly DetectedPose[];
  /**
   * One a keypoint, > 0. When absent, COCO's for 17 keypoints and otherwise 1 / number of keypoints for each, as Ultralytics
   * validates.
   */
  readonly sigmas?: readonly number[];
}

/** COCO's ten figures for keypoints (means over the classes that have ground truth) and those of each class. */
export interface KeypointEvaluation {
  readonly mAP50_95: Figure;
  readonly mAP50: Figure;
  readonly mAP75: Figure;
  /** By area in pixels: from 32^2 up to 96^2, from there on. */
  readonly bySize: Readonly<Record<'medium' | 'large', SizeEvaluation>>;
  readonly AR50_95: Figure;
  readonly AR50: Figure;
  readonly AR75: Figure;
  readonly perClass: readonly ClassEvaluation[];
}

/**
 * Mean average precision of keypoints as COCOeval of the COCO API (pycocotools) with `iouType='keypoints'`: object keypoint
 * similarity .50:.05:.95, the best 20 detections of each class and image. Ground truth without labelled keypoints is ignored.
 * @throws CareError INPUT_INVALID for numbers that are not finite, sigmas that are not above 0 and a wrong number of keypoints
 */
export function evaluateKeypoints(input: KeypointsToEvaluate): KeypointEvaluation {
  const sigmas = input.sigmas ?? defaultSigmas(input);
  checkSigmas(sigmas);
  const classes = evaluateClasses(
    input.groundTruth,
    input.detections,
    poseMeasure(sigmas),
    KEYPOINT_PARAMETERS,
    input,
  );
  const size = (area: number): SizeEvaluation => ({
    mAP50_95: meanOverClasses(classes, 'precision', area),
    AR50_95: meanOverClasses(classes, 'recall', area),
  });
  return {
    mAP50_95: meanOverClasses(classes, 'precision'),
    mAP50: meanOverClasses(classes, 'precision', 0, 0),
    mAP75: meanOverClasses(classes, 'precision', 0, INDEX_OF_75),
    bySize: { medium: size(1), large: size(2) },
    AR50_95: meanOverClasses(classes, 'recall'),
    AR50: meanOverClasses(classes, 'recall', 0, 0),
    AR75: meanOverClasses(classes, 'recall', 0, INDEX_OF_75),
    perClass: classes.map(classEvaluation),
  };
}

/** The ten figures in pycocotools' order (AP, AP50, AP75, APm, APl, AR, AR50, AR75, ARm, ARl), -1 for null. */
export function cocoKeypointStats(evaluation: KeypointEvaluation): number[] {
  const { mAP50_95, mAP50, mAP75, bySize, AR50_95, AR50, AR75 } = evaluation;
  const { medium, large } = bySize;
  return [
    ...[mAP50_95, mAP50, mAP75, medium.mAP50_95, large.mAP50_95],
    ...[AR50_95, AR50, AR75, medium.AR50_95, large.AR50_95],
  ].map((figure) => figure ?? -1);
}

function poseMeasure(
  sigmas: readonly number[],
): ObjectMeasure<TrueObjectPose, DetectedPose, readonly KeypointPosition[], TruePose> {
  return {
    readTruth(truth, path) {
      checkKeypoints(truth.keypoints, sigmas.length, path);
      checkFinite(truth.box, `${path}.box`);
      const ignore = !truth.keypoints.some(({ visibility }) => visibility > 0);
      return { shape: truth, area: boxArea(truth.box), ignore };
    },
    readDetection({ keypoints }, path) {
      checkKeypoints(keypoints, sigmas.length, path);
      return { shape: keypoints, area: boxArea(boxAround(keypoints)) };
    },
    similarity: (detection, { shape, area }) => objectKeypointSimilarity(detection, shape, area, sigmas),
  };
}

/** All keypoints, also unsure ones: the COCO API gives detections this box when it loads results. */
function boxAround(keypoints: readonly KeypointPosition[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of keypoints) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return [left, top, right, bottom];
}

function defaultSigmas({ groundTruth, detections }: KeypointsToEvaluate): readonly number[] {
  return keypointSigmas((groundTruth[0] ?? detections[0])?.keypoints.length ?? COCO_KEYPOINT_SIGMAS.length);
}

function checkSigmas(sigmas: readonly number[]): void {
  checkFinite(sigmas, 'sigmas');
  const wrong = sigmas.findIndex((sigma) => sigma <= 0);
  if (wrong < 0 && sigmas.length > 0) return;
  throw new CareError(
    'INPUT_INVALID',
    wrong < 0 ? 'there are no keypoints to compare' : `sigmas[${wrong}] is ${String(sigmas[wrong])}`,
    { remedy: 'Give one sigma above 0 for each keypoint.' },
  );
}

function checkKeypoints(keypoints: readonly KeypointPosition[], count: number, path: string): void {
  if (keypoints.length !== count) {
    throw new CareError('INPUT_INVALID', `${path} has ${keypoints.length} keypoints, expected ${count}`, {
      remedy: 'Give as many keypoints for each object as there are sigmas.',
    });
  }
  keypoints.forEach(({ x, y }, index) => {
    checkFinite([x, y], `${path}.keypoints[${index}]`);
  });
}
