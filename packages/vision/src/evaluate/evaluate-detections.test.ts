import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleFromCoco } from '../masks/coco-rle.js';
import type { Box } from '../tasks/task.js';
import type { DetectedBox, TrueBox } from './box-measure.js';
import { IOU_THRESHOLDS, RECALL_POINTS } from './coco-parameters.js';
import { boxCases, largestDifference, maskCases, perClassFigures } from './coco-reference.fixture.js';
import { cocoDetectionStats, evaluateDetections } from './evaluate-detections.js';

/** The figures are means of quotients of small whole numbers; only the order of summing differs. */
const TOLERANCE = 1e-12;

describe('agrees with pycocotools 2.0.11', () => {
  it.each(boxCases())('boxes, $name', ({ imageIds, classIds, groundTruth, detections, stats, perClass }) => {
    const evaluation = evaluateDetections({ by: 'box', imageIds, classIds, groundTruth, detections });
    const figures = { stats: cocoDetectionStats(evaluation), ...perClassFigures(evaluation.perClass) };
    expect(largestDifference(figures, { stats, ...perClass })).toBeLessThan(TOLERANCE);
  });

  it.each(maskCases())('masks, $name', ({ imageIds, classIds, groundTruth, detections, stats, perClass }) => {
    const evaluation = evaluateDetections({ by: 'mask', imageIds, classIds, groundTruth, detections });
    const figures = { stats: cocoDetectionStats(evaluation), ...perClassFigures(evaluation.perClass) };
    expect(largestDifference(figures, { stats, ...perClass })).toBeLessThan(TOLERANCE);
  });

  it('on the thresholds, to the last bit as numpy.linspace', () => {
    // python -c "import numpy; print(numpy.linspace(.5,.95,10).tolist(), numpy.linspace(0,1,101)[[29,57,58,100]].tolist())"
    expect(IOU_THRESHOLDS).toEqual([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95]);
    expect([29, 57, 58, 100].map((index) => RECALL_POINTS[index])).toEqual([
      0.29, 0.5700000000000001, 0.58, 1,
    ]);
  });
});

const boxes: fc.Arbitrary<Box> = fc
  .tuple(fc.nat(80), fc.nat(80), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 }))
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);
const place = { imageId: fc.nat(5), classId: fc.nat(2), box: boxes };
const truths = fc.array(fc.record({ ...place, crowd: fc.boolean(), ignore: fc.boolean() }), {
  maxLength: 20,
});
const found = fc.array(fc.record({ ...place, score: fc.integer({ min: 1, max: 4 }) }), { maxLength: 30 });

describe('any boxes', () => {
  it('give the same figures in whatever order the images come', () => {
    const byImage = <T extends { imageId: number }>(objects: readonly T[], order: readonly number[]): T[] =>
      order.flatMap((image) => objects.filter(({ imageId }) => imageId === image));
    const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
    fc.assert(
      fc.property(truths, found, orders, orders, (groundTruth, detections, one, other) => {
        const inOrder = (order: readonly number[]): unknown =>
          evaluateDetections({
            by: 'box',
            groundTruth: byImage(groundTruth, order),
            detections: byImage(detections, order),
            imageIds: order,
          });
        expect(inOrder(one)).toEqual(inOrder(other));
      }),
    );
  });

  it('found perfectly give AP 1 and AR 1', () => {
    fc.assert(
      fc.property(truths, (drawn) => {
        // An object hidden behind an equal ignored one would be a matter of order; each gets its own place.
        const groundTruth = drawn.map((truth, index) => ({ ...truth, box: shifted(truth.box, index * 300) }));
        const detections = groundTruth.map((truth, index) => ({ ...truth, score: index }));
        const { mAP50_95, AR50_95, perClass } = evaluateDetections({ by: 'box', groundTruth, detections });
        const counted = groundTruth.some(({ crowd, ignore }) => !crowd && !ignore);
        expect(mAP50_95).toBe(counted ? 1 : null);
        expect(AR50_95.at100).toBe(counted ? 1 : null);
        for (const { truthCount, AP50_95 } of perClass) expect(AP50_95).toBe(truthCount > 0 ? 1 : null);
      }),
    );
  });

  it('give figures within 0..1 or null', () => {
    fc.assert(
      fc.property(truths, found, (groundTruth, detections) => {
        const evaluation = evaluateDetections({ by: 'box', groundTruth, detections });
        for (const figure of cocoDetectionStats(evaluation)) {
          expect(figure === -1 || (figure >= 0 && figure <= 1)).toBe(true);
        }
      }),
    );
  });
});

function shifted([x1, y1, x2, y2]: Box, by: number): Box {
  return [x1 + by, y1, x2 + by, y2];
}

describe('the scope', () => {
  const truth: TrueBox = { imageId: 'a', classId: 0, box: [0, 0, 10, 10] };
  const hit: DetectedBox = { imageId: 'a', classId: 0, score: 0.5, box: [0, 0, 10, 10] };
  const wrong: DetectedBox = { imageId: 'b', classId: 0, score: 0.9, box: [0, 0, 10, 10] };

  it('counts predictions on images without ground truth as wrong, unless the image is left out', () => {
    const input = { by: 'box', groundTruth: [truth], detections: [hit, wrong] } as const;
    expect(evaluateDetections(input).mAP50).toBe(0.5);
    expect(evaluateDetections({ ...input, imageIds: ['a'] }).mAP50).toBe(1);
  });

  it('leaves classes without ground truth out of the mean', () => {
    const other = { ...hit, classId: 7 };
    const { mAP50, perClass } = evaluateDetections({
      by: 'box',
      groundTruth: [truth],
      detections: [hit, other],
    });
    expect(mAP50).toBe(1);
    expect(perClass.map(({ classId, AP50, detectionCount }) => [classId, AP50, detectionCount])).toEqual([
      [0, 1, 1],
      [7, null, 1],
    ]);
  });

  it('without any ground truth every figure is null', () => {
    const evaluation = evaluateDetections({ by: 'box', groundTruth: [], detections: [wrong] });
    expect(cocoDetectionStats(evaluation)).toEqual(Array(12).fill(-1));
    expect(evaluation.mAP50_95).toBeNull();
  });
});

describe('what cannot be measured is refused with INPUT_INVALID naming it', () => {
  const mask = (size: [number, number]): ReturnType<typeof rleFromCoco> =>
    rleFromCoco({ size, counts: [size[0] * size[1]] });
  const truth: TrueBox = { imageId: 1, classId: 0, box: [0, 0, 1, 1] };

  it.each([
    [
      'detections[1].score is NaN',
      () =>
        evaluateDetections({
          by: 'box',
          groundTruth: [truth],
          detections: [
            { ...truth, score: 1 },
            { ...truth, score: NaN },
          ],
        }),
    ],
    [
      'groundTruth[0].box[2] is Infinity',
      () =>
        evaluateDetections({
          by: 'box',
          groundTruth: [{ ...truth, box: [0, 0, Infinity, 1] }],
          detections: [],
        }),
    ],
    [
      'groundTruth[0].area is NaN',
      () => evaluateDetections({ by: 'box', groundTruth: [{ ...truth, area: NaN }], detections: [] }),
    ],
    [
      'detections[0].mask is of 3 x 2 pixels, another mask of image 1 of 2 x 2',
      () =>
        evaluateDetections({
          by: 'mask',
          groundTruth: [{ imageId: 1, classId: 0, mask: mask([2, 2]) }],
          detections: [{ imageId: 1, classId: 0, score: 1, mask: mask([2, 3]) }],
        }),
    ],
  ])('%s', (message, act) => {
    expect(act).toThrow(expect.toSatisfy((error) => isCareError(error, 'INPUT_INVALID')));
    expect(act).toThrow(message);
  });
});
