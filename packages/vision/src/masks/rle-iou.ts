import { checkSameSize, type Rle } from './rle.js';
import { rleArea } from './rle-measure.js';

/** Pixels that both masks have. @throws CareError INPUT_INVALID when their sizes differ */
export function rleIntersection(a: Rle, b: Rle): number {
  checkSameSize(a, b);
  const [runsA, runsB] = [a.counts, b.counts];
  let [nextA, nextB] = [0, 0];
  let [leftA, leftB] = [0, 0];
  let common = 0;
  for (;;) {
    while (leftA === 0 && nextA < runsA.length) leftA = runsA[nextA++] ?? 0;
    while (leftB === 0 && nextB < runsB.length) leftB = runsB[nextB++] ?? 0;
    const step = Math.min(leftA, leftB);
    if (step === 0) return common;
    // A run of 1s has an odd index, so the index after it is even.
    if (nextA % 2 === 0 && nextB % 2 === 0) common += step;
    leftA -= step;
    leftB -= step;
  }
}

/**
 * Intersection over union of two masks, 0..1; 0 when both are empty. With `crowd`, `truth` is a region of many objects and the
 * intersection is divided by the area of `detection` alone, as `pycocotools.mask.iou` does for `iscrowd`.
 * @throws CareError INPUT_INVALID when their sizes differ
 */
export function rleIou(detection: Rle, truth: Rle, crowd = false): number {
  const common = rleIntersection(detection, truth);
  if (common === 0) return 0;
  const area = rleArea(detection);
  return common / (crowd ? area : area + rleArea(truth) - common);
}
