import { describe, expect, it } from 'vitest';
import { boxCases, maskCases, poseCases } from './coco-reference.fixture.js';
import type { ImageId } from './evaluation-input.js';

interface ReferenceSet {
  readonly imageIds: readonly number[];
  readonly groundTruth: readonly {
    readonly imageId: ImageId;
    readonly crowd?: boolean;
    readonly area?: number;
  }[];
  readonly detections: readonly {
    readonly imageId: ImageId;
    readonly classId: number;
    readonly score: number;
  }[];
}

/** Whether a set has what makes evaluators disagree. */
function isHard({ imageIds, groundTruth, detections }: ReferenceSet): boolean {
  const areas = groundTruth.map(({ area = 0 }) => area);
  const isEmpty = (objects: readonly { readonly imageId: ImageId }[]): boolean =>
    imageIds.some((id) => objects.every(({ imageId }) => imageId !== id));
  const scores = detections.map(({ classId, score }) => `${classId} ${score}`);
  return [
    groundTruth.some(({ crowd }) => crowd === true),
    isEmpty(groundTruth),
    isEmpty(detections),
    scores.length - new Set(scores).size >= 20,
    areas.some((area) => area < 32 ** 2),
    areas.some((area) => area > 32 ** 2 && area < 96 ** 2),
    areas.some((area) => area > 96 ** 2),
  ].every(Boolean);
}

describe('the sets that pycocotools has measured', () => {
  it.each<[string, readonly ReferenceSet[]]>([
    ['boxes', boxCases()],
    ['masks', maskCases()],
    ['keypoints', poseCases()],
  ])(
    'of %s: three and more have crowds, images without truth or results, equal scores and every size',
    (_, sets) => {
      expect(sets.filter(isHard).length).toBeGreaterThanOrEqual(3);
    },
  );
});
