import type { RankedMatches } from './average-precision.js';
import { IOU_THRESHOLDS, type AreaRange } from './coco-parameters.js';
import { ALL_THRESHOLDS, matchImage } from './match-image.js';
import type { PreparedDetection, PreparedTruth, Similarity } from './prepared-objects.js';

/** Matches of one class over the images, for every area range. */
export class ClassMatches {
  readonly #scores: Float64Array;
  /** Place of each detection on its own image, best first. */
  readonly #places: Uint32Array;
  readonly #areas: { range: AreaRange; matched: Uint16Array; ignored: Uint16Array; truthCount: number }[];
  #count = 0;

  constructor(capacity: number, ranges: readonly AreaRange[]) {
    this.#scores = new Float64Array(capacity);
    this.#places = new Uint32Array(capacity);
    this.#areas = ranges.map((range) => ({
      range,
      matched: new Uint16Array(capacity),
      ignored: new Uint16Array(capacity),
      truthCount: 0,
    }));
  }

  addImage<Found, True>(
    truths: readonly PreparedTruth<True>[],
    detections: readonly PreparedDetection<Found>[],
    similarity: Similarity<Found, True>,
  ): void {
    const similarities = new Float64Array(detections.length * truths.length);
    detections.forEach(({ score, shape }, index) => {
      this.#scores[this.#count + index] = score;
      this.#places[this.#count + index] = index;
      truths.forEach((truth, column) => {
        similarities[index * truths.length + column] = similarity(shape, truth);
      });
    });
    const crowd = Uint8Array.from(truths, (truth) => Number(truth.crowd));
    for (const area of this.#areas) {
      const ignored = Uint8Array.from(truths, (truth) =>
        Number(truth.ignored || outside(truth.area, area.range)),
      );
      area.truthCount += ignored.reduce((count, flag) => count + 1 - flag, 0);
      const matches = matchImage({
        detectionCount: detections.length,
        similarity: similarities,
        ignored,
        crowd,
      });
      area.matched.set(matches.matched, this.#count);
      area.ignored.set(matches.ignored, this.#count);
      detections.forEach((detection, index) => {
        if (!outside(detection.area, area.range)) return;
        const at = this.#count + index;
        // Of another size and unmatched: it counts neither way in this range.
        area.ignored[at] = (area.ignored[at] ?? 0) | (ALL_THRESHOLDS & ~(area.matched[at] ?? 0));
      });
    }
    this.#count += detections.length;
  }

  /** For each area range, detections by falling score; equal scores in the order of images and places. */
  ranked(): RankedMatches[] {
    const scores = this.#scores;
    const order = Uint32Array.from({ length: this.#count }, (_, index) => index);
    order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    return this.#areas.map(({ matched, ignored, truthCount }) => ({
      matched: pick(matched, order),
      ignored: pick(ignored, order),
      truthCount,
    }));
  }

  /** Mean over the thresholds, counting the best `limit` detections of each image, all sizes; 0 without ground truth. */
  meanRecall(limit: number): number {
    const [all] = this.#areas;
    if (all === undefined || all.truthCount === 0) return 0;
    let right = 0;
    for (let index = 0; index < this.#count; index++) {
      if ((this.#places[index] ?? 0) < limit) right += countBits(all.matched[index] ?? 0);
    }
    return right / all.truthCount / IOU_THRESHOLDS.length;
  }
}

function pick(values: Uint16Array, order: Uint32Array): Uint16Array {
  return new Uint16Array(order.length).map((_, place) => values[order[place] ?? 0] ?? 0);
}

function outside(area: number, { min, max }: AreaRange): boolean {
  return area < min || area > max;
}

function countBits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}
