import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestDifference, perClassFigures, poseCases } from './coco-reference.fixture.js';
import { cocoKeypointStats, evaluateKeypoints, type TrueObjectPose } from './evaluate-keypoints.js';
import { objectKeypointSimilarity } from './object-keypoint-similarity.js';

describe('agrees with pycocotools 2.0.11', () => {
  it.each(poseCases())('$name', ({ stats, perClass, ...input }) => {
    const evaluation = evaluateKeypoints(input);
    const figures = { stats: cocoKeypointStats(evaluation), ...perClassFigures(evaluation.perClass) };
    // Only the order of summing differs.
    expect(largestDifference(figures, { stats, ...perClass })).toBeLessThan(1e-12);
  });
});

describe('object keypoint similarity', () => {
  const truth = { box: [0, 0, 10, 10] as const, keypoints: [{ x: 5, y: 5, visibility: 2 }] };

  it('is exp(-1/2) where a keypoint is off by scale x 2 sigma (definition of the COCO keypoint task)', () => {
    const similarity = objectKeypointSimilarity([{ x: 5 + 10 * 0.2, y: 5 }], truth, 100, [0.1]);
    expect(similarity).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it('of an object without labelled keypoints is 1 within three times its box', () => {
    const unlabelled = { ...truth, keypoints: [{ x: 0, y: 0, visibility: 0 }] };
    expect(objectKeypointSimilarity([{ x: 20, y: -10 }], unlabelled, 100, [0.1])).toBe(1);
    expect(objectKeypointSimilarity([{ x: 22, y: 0 }], unlabelled, 100, [0.1])).toBeCloseTo(
      Math.exp(-0.5),
      12,
    );
  });
});

const poses = fc.array(
  fc
    .tuple(fc.nat(3), fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(2)), { minLength: 3, maxLength: 3 }))
    .map(([imageId, points]): Omit<TrueObjectPose, 'classId'> => ({
      imageId,
      box: [0, 0, 100, 100],
      keypoints: points.map(([x, y, visibility]) => ({ x, y, visibility })),
    })),
  { maxLength: 10 },
);

describe('any poses', () => {
  it('found perfectly give AP 1, those without keypoints being left out', () => {
    fc.assert(
      fc.property(poses, (drawn) => {
        // A pose with few labelled keypoints may equal another where both are labelled: each gets its own place.
        const groundTruth = drawn.map((pose, index) => ({
          ...pose,
          classId: 0,
          keypoints: pose.keypoints.map(({ x, ...point }) => ({ ...point, x: x + index * 5000 })),
          box: [index * 5000, 0, index * 5000 + 100, 100] as const,
        }));
        const detections = groundTruth.map((pose, index) => ({ ...pose, score: index }));
        const counted = groundTruth.some(({ keypoints }) =>
          keypoints.some(({ visibility }) => visibility > 0),
        );
        expect(evaluateKeypoints({ groundTruth, detections }).mAP50_95).toBe(counted ? 1 : null);
      }),
    );
  });
});

describe('what cannot be measured is refused with INPUT_INVALID naming it', () => {
  const pose: TrueObjectPose = {
    ...{ imageId: 1, classId: 0, box: [0, 0, 9, 9] },
    keypoints: [
      { x: 1, y: 1, visibility: 2 },
      { x: 2, y: 2, visibility: 2 },
    ],
  };
  const short = { ...pose, keypoints: pose.keypoints.slice(1) };
  const broken = { ...pose, keypoints: [...short.keypoints, { x: 1, y: NaN, visibility: 2 }] };

  it.each([
    [
      'detections[0] has 1 keypoints, expected 2',
      () => evaluateKeypoints({ groundTruth: [pose], detections: [{ ...short, score: 1 }] }),
    ],
    [
      'groundTruth[0].keypoints[1][1] is NaN',
      () => evaluateKeypoints({ groundTruth: [broken], detections: [] }),
    ],
    ['sigmas[1] is 0', () => evaluateKeypoints({ groundTruth: [pose], detections: [], sigmas: [0.1, 0] })],
    ['there are no keypoints', () => evaluateKeypoints({ groundTruth: [], detections: [], sigmas: [] })],
  ])('%s', (message, act) => {
    expect(act).toThrow(expect.toSatisfy((error) => isCareError(error, 'INPUT_INVALID')));
    expect(act).toThrow(message);
  });
});
