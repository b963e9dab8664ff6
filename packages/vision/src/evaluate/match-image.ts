import { IOU_THRESHOLDS } from './coco-parameters.js';

/** One bit a threshold of {@link IOU_THRESHOLDS}. */
export const ALL_THRESHOLDS = 2 ** IOU_THRESHOLDS.length - 1;

/** Detections (best first) and ground truth of one class on one image. */
export interface ImageMatchInput {
  readonly detectionCount: number;
  /** `[detection * truthCount + truth]`, 0..1 */
  readonly similarity: Float64Array;
  /** 1 for ground truth that nobody has to find: crowds, ignored ones, those outside the area range. */
  readonly ignored: Uint8Array;
  /** 1 for ground truth that any number of detections may match. */
  readonly crowd: Uint8Array;
}

/** Bits of the thresholds, for each detection. */
export interface ImageMatches {
  /** At which it matches ground truth that counts. */
  readonly matched: Uint16Array;
  /** At which it matches ignored ground truth, so that it counts neither way. */
  readonly ignored: Uint16Array;
}

/**
 * COCO's greedy matching: each detection in turn takes the most similar ground truth that is still free, and ignored ground
 * truth only when none that counts is similar enough; of equals the last one.
 */
export function matchImage(input: ImageMatchInput): ImageMatches {
  const { detectionCount } = input;
  const matches: ImageMatches = {
    matched: new Uint16Array(detectionCount),
    ignored: new Uint16Array(detectionCount),
  };
  if (input.ignored.length === 0) return matches;
  const order = countedFirst(input.ignored);
  const taken = new Uint8Array(order.length);
  IOU_THRESHOLDS.forEach((threshold, index) => {
    taken.fill(0);
    for (let detection = 0; detection < detectionCount; detection++) {
      const truth = bestTruth(input, order, taken, detection, threshold);
      if (truth < 0) continue;
      taken[truth] = 1;
      const bits = input.ignored[truth] === 1 ? matches.ignored : matches.matched;
      bits[detection] = (bits[detection] ?? 0) | (1 << index);
    }
  });
  return matches;
}

function bestTruth(
  { similarity, ignored, crowd }: ImageMatchInput,
  order: Uint32Array,
  taken: Uint8Array,
  detection: number,
  threshold: number,
): number {
  let best = Math.min(threshold, 1 - 1e-10);
  let match = -1;
  for (const truth of order) {
    if (taken[truth] === 1 && crowd[truth] === 0) continue;
    if (match >= 0 && ignored[match] === 0 && ignored[truth] === 1) break;
    const value = similarity[detection * order.length + truth] ?? 0;
    if (value < best) continue;
    best = value;
    match = truth;
  }
  return match;
}

/** Indices with the ignored ones at the end, otherwise in their order. */
function countedFirst(ignored: Uint8Array): Uint32Array {
  const order = new Uint32Array(ignored.length);
  let next = 0;
  for (const flag of [0, 1]) {
    for (let truth = 0; truth < ignored.length; truth++) {
      if (ignored[truth] === flag) order[next++] = truth;
    }
  }
  return order;
}
