import type { Box } from '../tasks/task.js';

/** In pixels of the upright original image. */
export interface KeypointPosition {
  readonly x: number;
  readonly y: number;
}

/** COCO's visibility: 0 not labelled (x and y mean nothing), 1 labelled but hidden, 2 visible. */
export interface TrueKeypoint extends KeypointPosition {
  readonly visibility: number;
}

export interface TruePose {
  readonly keypoints: readonly TrueKeypoint[];
  readonly box: Box;
}

/**
 * Object keypoint similarity, 0..1: mean over the labelled keypoints of exp(-d^2 / (2 s^2 k^2)) with s^2 the object's area in
 * pixels and k = 2 sigma (https://cocodataset.org/#keypoints-eval). Of an object without labelled keypoints, d is how far a
 * keypoint lies outside a box of three times its sides around it, as in the COCO API.
 */
export function objectKeypointSimilarity(
  detection: readonly KeypointPosition[],
  truth: TruePose,
  area: number,
  sigmas: readonly number[],
): number {
  const labelled = truth.keypoints.some(({ visibility }) => visibility > 0);
  let [sum, count] = [0, 0];
  for (let index = 0; index < sigmas.length; index++) {
    const found = detection[index];
    const wanted = truth.keypoints[index];
    if (found === undefined || wanted === undefined || (labelled && wanted.visibility <= 0)) continue;
    const distance = labelled ? squaredDistance(found, wanted) : squaredDistanceOutside(found, truth.box);
    const variance = (2 * (sigmas[index] ?? 0)) ** 2;
    sum += Math.exp(-(distance / variance / (area + Number.EPSILON) / 2));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function squaredDistance(a: KeypointPosition, b: KeypointPosition): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

function squaredDistanceOutside({ x, y }: KeypointPosition, [x1, y1, x2, y2]: Box): number {
  const [width, height] = [x2 - x1, y2 - y1];
  const dx = Math.max(0, x1 - width - x) + Math.max(0, x - (x1 + width * 2));
  const dy = Math.max(0, y1 - height - y) + Math.max(0, y - (y1 + height * 2));
  return dx ** 2 + dy ** 2;
}
