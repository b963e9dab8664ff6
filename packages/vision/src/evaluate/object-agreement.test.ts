import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classificationEvaluator } from '../tasks/classification/classification-evaluation.js';
import { detectionEvaluator } from '../tasks/detection/detection-evaluation.js';
import { poseEvaluator } from '../tasks/pose/pose-evaluation.js';
import { segmentationEvaluator } from '../tasks/segmentation/segmentation-evaluation.js';
import type {
  Box,
  ClassificationPrediction,
  DetectionPrediction,
  PosePrediction,
} from '../tasks/task-prediction.js';

const box = (classId: number, ...corners: [number, number, number, number]): DetectionPrediction => ({
  class: `c${classId}`,
  classId,
  confidence: 0.9,
  box: corners,
});

describe('agreement of two answers', () => {
  it('is 1 for the same and for two empty ones, 0 for nothing in common', () => {
    const answer = [box(0, 0, 0, 10, 10), box(1, 20, 20, 40, 40)];
    expect(detectionEvaluator.agreement(answer, [...answer].reverse())).toBe(1);
    expect(detectionEvaluator.agreement([], [])).toBe(1);
    expect(detectionEvaluator.agreement(answer, [])).toBe(0);
    expect(detectionEvaluator.agreement([box(0, 0, 0, 10, 10)], [box(1, 0, 0, 10, 10)])).toBe(0);
    expect(detectionEvaluator.agreement([box(0, 0, 0, 10, 10)], [box(0, 50, 50, 60, 60)])).toBe(0);
  });

  it('counts a pair by its IoU and what has no partner against it', () => {
    // IoU of 10 x 10 and 10 x 8 inside it: 0.8.
    expect(detectionEvaluator.agreement([box(0, 0, 0, 10, 10)], [box(0, 0, 0, 10, 8)])).toBeCloseTo(0.8, 10);
    const found = [box(0, 0, 0, 10, 8), box(0, 50, 50, 60, 60)];
    expect(detectionEvaluator.agreement([box(0, 0, 0, 10, 10)], found)).toBeCloseTo((2 * 0.8) / 3, 10);
  });

  it('is symmetric and within 0..1', () => {
    const answer = fc.array(
      fc
        .tuple(
          fc.nat(2),
          fc.nat(40),
          fc.nat(40),
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 1, max: 30 }),
        )
        .map(([classId, x, y, w, h]) => box(classId, x, y, x + w, y + h)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(answer, answer, (a, b) => {
        const value = detectionEvaluator.agreement(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(detectionEvaluator.agreement(b, a)).toBeCloseTo(value, 10);
      }),
    );
  });

  it('of poses is their keypoint similarity, of masks their IoU, of classes the best one', () => {
    const frame: Box = [0, 0, 100, 100];
    const pose = (x: number): PosePrediction => ({
      ...box(0, ...frame),
      keypoints: [{ name: 'nose', x, y: 5, confidence: 0.9 }],
    });
    expect(poseEvaluator.agreement([pose(5)], [pose(5)])).toBe(1);
    // One keypoint 90 px off in 100 x 100 with sigma 1: exp(-90^2 / (2 * 100^2 * 2^2)), as cocodataset.org defines it.
    expect(poseEvaluator.agreement([pose(5)], [pose(95)])).toBeCloseTo(Math.exp(-8100 / 80_000), 10);
    const image = { width: 4, height: 1 };
    const mask = (...counts: number[]) => ({
      ...box(0, ...frame),
      mask: { ...image, counts: Uint32Array.from(counts) },
    });
    // Two of three pixels in common.
    expect(segmentationEvaluator.agreement([mask(0, 3, 1)], [mask(0, 2, 2)])).toBeCloseTo(2 / 3, 10);
    const named = (...classIds: number[]): ClassificationPrediction[] =>
      classIds.map((classId) => ({ class: `c${classId}`, classId, confidence: 0.5 }));
    expect(classificationEvaluator.agreement(named(3, 1), named(3, 2))).toBe(1);
    expect(classificationEvaluator.agreement(named(1, 3), named(3, 1))).toBe(0);
    expect(classificationEvaluator.agreement([], [])).toBe(1);
    expect(classificationEvaluator.agreement([], named(1))).toBe(0);
  });
});
