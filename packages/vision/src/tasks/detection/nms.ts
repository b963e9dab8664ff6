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
  const values = new Float64Array(scores);
  const order = new Uint32Array(values.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  return Array.from(order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b));
}

/**
 * Greedy non-maximum suppression with true IoU (intersection over union of continuous boxes, no +1), per class unless
 * agnostic. Returns indices by falling score. Semantics of torchvision's `batched_nms`.
 */
export function nonMaximumSuppression(candidates: ScoredBoxes, options: NmsOptions): number[] {
  const { classIds } = candidates;
  const count = Math.min(candidates.scores.length, MAX_CANDIDATES);
  const order = byScore(candidates.scores).slice(0, count);
  const boxes = new Float64Array(candidates.boxes);
  const kept: number[] = [];
  const keptByClass = new Map<number, number[]>();
  for (const index of order) {
    if (kept.length >= options.maxDetections) break;
    const rivalClass = options.classAgnostic ? 0 : (classIds[index] ?? 0);
    let rivals = keptByClass.get(rivalClass);
    if (rivals === undefined) keptByClass.set(rivalClass, (rivals = []));
    if (isSuppressed(boxes, index, rivals, options.iou)) continue;
    rivals.push(index);
    kept.push(index);
  }
  return kept;
}

/** Whether one of `rivals` overlaps the box by more than `iou`. */
function isSuppressed(boxes: Float64Array, index: number, rivals: readonly number[], iou: number): boolean {
  const x1 = boxes[index * 4] ?? 0;
  const y1 = boxes[index * 4 + 1] ?? 0;
  const x2 = boxes[index * 4 + 2] ?? 0;
  const y2 = boxes[index * 4 + 3] ?? 0;
  for (const rival of rivals) {
    const at = rival * 4;
    // Most boxes lie apart: that is seen before anything is computed. Without overlap IoU is 0, which exceeds nothing.
    if ((boxes[at] ?? 0) >= x2 || (boxes[at + 2] ?? 0) <= x1) continue;
    if ((boxes[at + 1] ?? 0) >= y2 || (boxes[at + 3] ?? 0) <= y1) continue;
    if (intersectionOverUnion(boxes, rival, index) > iou) return true;
  }
  return false;
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
