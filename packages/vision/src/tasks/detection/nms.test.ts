import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectionOverUnion, nonMaximumSuppression } from './nms.js';
import type { ScoredBoxes } from './nms.js';

interface Fixture {
  readonly cases: readonly {
    readonly iou: number;
    readonly boxes: readonly (readonly number[])[];
    readonly scores: readonly number[];
    readonly class_ids: readonly number[];
    readonly agnostic: readonly number[];
    readonly per_class: readonly number[];
  }[];
}

/** Made by tools/fixtures/vision_nms.py with OpenCV's dnn.NMSBoxes. */
const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/opencv-nms.json', import.meta.url), 'utf8'),
) as Fixture;

describe('non-maximum suppression', () => {
  it.each(cases)(
    'keeps what OpenCV keeps at IoU $iou',
    ({ iou, boxes, scores, class_ids, agnostic, per_class }) => {
      const candidates = { boxes: boxes.flat(), scores, classIds: class_ids };
      const options = { iou, maxDetections: Infinity };
      expect(nonMaximumSuppression(candidates, { ...options, classAgnostic: true })).toEqual(agnostic);
      expect(nonMaximumSuppression(candidates, { ...options, classAgnostic: false })).toEqual(per_class);
    },
  );

  it('measures true IoU', () => {
    // 10 x 10 boxes shifted by 5: intersection 50, union 150.
    expect(intersectionOverUnion([0, 0, 10, 10, 5, 0, 15, 10], 0, 1)).toBeCloseTo(1 / 3, 12);
    expect(intersectionOverUnion([0, 0, 10, 10, 10, 0, 20, 10], 0, 1)).toBe(0);
  });

  const half: ScoredBoxes = { boxes: [0, 0, 10, 10, 0, 0, 10, 5], scores: [0.5, 0.5], classIds: [0, 0] };

  it('suppresses above the threshold, not at it', () => {
    const at = { classAgnostic: false, maxDetections: 10 };
    expect(nonMaximumSuppression(half, { ...at, iou: 0.5 })).toEqual([0, 1]);
    expect(nonMaximumSuppression(half, { ...at, iou: 0.4999 })).toEqual([0]);
  });

  it('settles ties by order and stops at the limit', () => {
    const same: ScoredBoxes = {
      boxes: [0, 0, 1, 1, 5, 5, 6, 6, 9, 9, 10, 10],
      scores: [0.5, 0.5, 0.5],
      classIds: [1, 0, 2],
    };
    expect(nonMaximumSuppression(same, { iou: 0.5, classAgnostic: true, maxDetections: 2 })).toEqual([0, 1]);
  });

  it('leaves no pair above the threshold and suppresses nothing without a better neighbour', () => {
    const coordinate = fc.integer({ min: 0, max: 40 });
    const item = fc.record({
      x: coordinate,
      y: coordinate,
      w: fc.integer({ min: 1, max: 20 }),
      h: fc.integer({ min: 1, max: 20 }),
      score: fc.integer({ min: 0, max: 20 }),
      classId: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), fc.boolean(), (items, classAgnostic) => {
        const boxes = items.flatMap(({ x, y, w, h }) => [x, y, x + w, y + h]);
        const scores = items.map(({ score }) => score / 20);
        const classIds = items.map(({ classId }) => classId);
        const kept = nonMaximumSuppression(
          { boxes, scores, classIds },
          { iou: 0.4, classAgnostic, maxDetections: 1000 },
        );
        const overlaps = (a: number, b: number): boolean =>
          (classAgnostic || classIds[a] === classIds[b]) && intersectionOverUnion(boxes, a, b) > 0.4;
        for (const a of kept) for (const b of kept) if (a !== b) expect(overlaps(a, b)).toBe(false);
        items.forEach((_, index) => {
          if (!kept.includes(index)) {
            expect(
              kept.some((better) => overlaps(better, index) && (scores[better] ?? 0) >= (scores[index] ?? 0)),
            ).toBe(true);
          }
        });
      }),
    );
  });
});
