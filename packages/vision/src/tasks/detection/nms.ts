/** What suppression needs of a list of boxes; {@link Candidates} is one. */
export interface ScoredBoxes {
  /** x1, y1, x2, y2 of each. */
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly classIds: ArrayLike<number>;
}

export interface NmsOptions {
  /** A box is suppressed when its IoU with a better one is greater than this. */
  readonly iou: number;
  readonly classAgnostic: boolean;
  readonly maxDetections: number;
}

/** As Ultralytics: more candidates than this are cut to the best ones before suppression, so that time stays bounded. */
const MAX_CANDIDATES = 30_000;

/** Indices by falling score; equal scores keep their order, so results are the same everywhere. */
export function byScore(scores: ArrayLike<number>): number[] {
  const order = Array.from({ length: scores.length }, (_, index) => index);
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
}

/**
 * Greedy non-maximum suppression with true IoU (intersection over union of continuous boxes, no +1), per class unless
 * agnostic. Returns indices by falling score. Semantics of torchvision's `batched_nms`.
 */
export function nonMaximumSuppression(candidates: ScoredBoxes, options: NmsOptions): number[] {
  const { boxes, classIds } = candidates;
  const order = byScore(candidates.scores).slice(0, MAX_CANDIDATES);
  const kept: number[] = [];
  for (const index of order) {
    if (kept.length >= options.maxDetections) break;
    const suppressed = kept.some(
      (better) =>
        (options.classAgnostic || classIds[better] === classIds[index]) &&
        intersectionOverUnion(boxes, better, index) > options.iou,
    );
    if (!suppressed) kept.push(index);
  }
  return kept;
}

/** IoU of boxes `a` and `b` of a flat list. */
export function intersectionOverUnion(boxes: ArrayLike<number>, a: number, b: number): number {
  const ax1 = boxes[a * 4] ?? 0;
  const ay1 = boxes[a * 4 + 1] ?? 0;
  const ax2 = boxes[a * 4 + 2] ?? 0;
  const ay2 = boxes[a * 4 + 3] ?? 0;
  const bx1 = boxes[b * 4] ?? 0;
  const by1 = boxes[b * 4 + 1] ?? 0;
  const bx2 = boxes[b * 4 + 2] ?? 0;
  const by2 = boxes[b * 4 + 3] ?? 0;
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection);
}
