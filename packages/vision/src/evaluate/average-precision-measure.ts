import type { ClassMeasure, Measure } from '../tasks/task-evaluation.js';
import type { ClassEvaluation } from './class-evaluation.js';
import type { DetectionEvaluation } from './evaluate-detections.js';
import type { KeypointEvaluation } from './evaluate-keypoints.js';

/** COCO's figures of boxes or masks. */
export function detectionMeasure(
  name: 'box' | 'mask',
  evaluation: DetectionEvaluation,
  classNames: readonly string[],
): Measure {
  const { mAP50_95, mAP50, mAP75, bySize, AR50_95, perClass } = evaluation;
  const { small, medium, large } = bySize;
  return {
    name,
    title: name === 'box' ? 'boxes, by IoU' : 'masks, by IoU',
    figures: {
      ...{ mAP50_95, mAP50, mAP75 },
      ...{ mAP_small: small.mAP50_95, mAP_medium: medium.mAP50_95, mAP_large: large.mAP50_95 },
      ...{ AR1: AR50_95.at1, AR10: AR50_95.at10, AR100: AR50_95.at100 },
      ...{ AR_small: small.AR50_95, AR_medium: medium.AR50_95, AR_large: large.AR50_95 },
    },
    perClass: classRows(perClass, classNames),
  };
}

/** COCO's figures of keypoints. */
export function keypointMeasure(evaluation: KeypointEvaluation, classNames: readonly string[]): Measure {
  const { mAP50_95, mAP50, mAP75, bySize, AR50_95, AR50, AR75, perClass } = evaluation;
  const { medium, large } = bySize;
  return {
    name: 'keypoints',
    title: 'keypoints, by OKS',
    figures: {
      ...{ mAP50_95, mAP50, mAP75, mAP_medium: medium.mAP50_95, mAP_large: large.mAP50_95 },
      ...{ AR: AR50_95, AR50, AR75, AR_medium: medium.AR50_95, AR_large: large.AR50_95 },
    },
    perClass: classRows(perClass, classNames),
  };
}

/** Classes without ground truth have no figures, and no row. */
function classRows(perClass: readonly ClassEvaluation[], classNames: readonly string[]): ClassMeasure[] {
  return perClass.flatMap(({ classId, truthCount, detectionCount, AP50_95, AP50, AP75, AR50_95 }) => {
    if (truthCount === 0) return [];
    return {
      class: classNames[classId] ?? String(classId),
      classId,
      truthCount,
      predictionCount: detectionCount,
      figures: { AP50_95, AP50, AP75, AR: AR50_95 },
    };
  });
}
