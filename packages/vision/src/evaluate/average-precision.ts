import { RECALL_POINTS } from './coco-parameters.js';

/** Detections of a class over all images, best first. */
export interface RankedMatches {
  /** Bits of the thresholds at which each is right. */
  readonly matched: Uint16Array;
  /** Bits of the thresholds at which each counts neither way. */
  readonly ignored: Uint16Array;
  /** Ground truth that is to be found, > 0. */
  readonly truthCount: number;
}

/** Average precision (101 points, precision made falling) at one threshold, given by its bit, and the recall reached. */
export function averagePrecision(
  { matched, ignored, truthCount }: RankedMatches,
  bit: number,
): { readonly precision: number; readonly recall: number } {
  const recalls = new Float64Array(matched.length);
  const precisions = new Float64Array(matched.length);
  let [counted, right] = [0, 0];
  for (let index = 0; index < matched.length; index++) {
    if (((ignored[index] ?? 0) & bit) !== 0) continue;
    if (((matched[index] ?? 0) & bit) !== 0) right++;
    recalls[counted] = right / truthCount;
    precisions[counted] = right / (counted + 1);
    counted++;
  }
  for (let index = counted - 1; index > 0; index--) {
    const later = precisions[index] ?? 0;
    if (later > (precisions[index - 1] ?? 0)) precisions[index - 1] = later;
  }
  let [sum, index] = [0, 0];
  for (const point of RECALL_POINTS) {
    while (index < counted && (recalls[index] ?? 0) < point) index++;
    if (index === counted) break;
    sum += precisions[index] ?? 0;
  }
  return { precision: sum / RECALL_POINTS.length, recall: right / truthCount };
}
