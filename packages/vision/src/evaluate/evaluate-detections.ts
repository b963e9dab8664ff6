import { BOX_MEASURE, type DetectedBox, type TrueBox } from './box-measure.js';
import { classEvaluation, mean, meanOverClasses, type ClassEvaluation } from './class-evaluation.js';
import { DETECTION_PARAMETERS, INDEX_OF_75 } from './coco-parameters.js';
import { evaluateClasses, type EvaluatedClass } from './evaluate-classes.js';
import type { EvaluationScope, Figure } from './evaluation-input.js';
import { maskMeasure, type DetectedMask, type TrueMask } from './mask-measure.js';

export interface BoxesToEvaluate extends EvaluationScope {
  readonly by: 'box';
  readonly groundTruth: readonly TrueBox[];
  readonly detections: readonly DetectedBox[];
}
export interface MasksToEvaluate extends EvaluationScope {
  readonly by: 'mask';
  readonly groundTruth: readonly TrueMask[];
  readonly detections: readonly DetectedMask[];
}

/** Figures of one size of object. */
export interface SizeEvaluation {
  readonly mAP50_95: Figure;
  readonly AR50_95: Figure;
}

/** COCO's twelve figures (means over the classes that have ground truth) and those of each class. */
export interface DetectionEvaluation {
  readonly mAP50_95: Figure;
  readonly mAP50: Figure;
  readonly mAP75: Figure;
  /** By area in pixels: up to 32^2, up to 96^2, from there on. */
  readonly bySize: Readonly<Record<'small' | 'medium' | 'large', SizeEvaluation>>;
  /** Mean recall over the thresholds with the best 1, 10, 100 detections of each class and image. */
  readonly AR50_95: { readonly at1: Figure; readonly at10: Figure; readonly at100: Figure };
  readonly perClass: readonly ClassEvaluation[];
}

/**
 * Mean average precision of boxes or masks as COCOeval of the COCO API (pycocotools): IoU .50:.05:.95, 101 recall points, the
 * best 100 detections of each class and image, crowds and ignored objects left out. Boxes are [x1, y1, x2, y2] in pixels.
 * @throws CareError INPUT_INVALID for numbers that are not finite and masks of one image with different sizes
 */
export function evaluateDetections(input: BoxesToEvaluate | MasksToEvaluate): DetectionEvaluation {
  const classes =
    input.by === 'box'
      ? evaluateClasses(input.groundTruth, input.detections, BOX_MEASURE, DETECTION_PARAMETERS, input)
      : evaluateClasses(input.groundTruth, input.detections, maskMeasure(), DETECTION_PARAMETERS, input);
  const size = (area: number): SizeEvaluation => ({
    mAP50_95: meanOverClasses(classes, 'precision', area),
    AR50_95: meanOverClasses(classes, 'recall', area),
  });
  return {
    mAP50_95: meanOverClasses(classes, 'precision'),
    mAP50: meanOverClasses(classes, 'precision', 0, 0),
    mAP75: meanOverClasses(classes, 'precision', 0, INDEX_OF_75),
    bySize: { small: size(1), medium: size(2), large: size(3) },
    AR50_95: { at1: meanRecall(classes, 0), at10: meanRecall(classes, 1), at100: meanRecall(classes, 2) },
    perClass: classes.map(classEvaluation),
  };
}

/** The twelve figures in pycocotools' order (AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl), -1 for null. */
export function cocoDetectionStats(evaluation: DetectionEvaluation): number[] {
  const { mAP50_95, mAP50, mAP75, bySize, AR50_95 } = evaluation;
  const sizes = [bySize.small, bySize.medium, bySize.large];
  return [
    mAP50_95,
    mAP50,
    mAP75,
    ...sizes.map((size) => size.mAP50_95),
    AR50_95.at1,
    AR50_95.at10,
    AR50_95.at100,
    ...sizes.map((size) => size.AR50_95),
  ].map((figure) => figure ?? -1);
}

function meanRecall(classes: readonly EvaluatedClass[], limit: number): Figure {
  return mean(classes.flatMap(({ truthCount, recallAt }) => (truthCount > 0 ? (recallAt[limit] ?? 0) : [])));
}
