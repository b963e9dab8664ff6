/** `numpy.linspace`, to the last bit: a threshold that is off by one rounding changes which ties match. */
function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? stop : index * step + start));
}

/** .50 to .95 by .05 */
export const IOU_THRESHOLDS: readonly number[] = linspace(0.5, 0.95, 10);

/** Where mAP75 and AR75 are read. */
export const INDEX_OF_75 = 5;

/** 0 to 1 by .01 */
export const RECALL_POINTS: readonly number[] = linspace(0, 1, 101);

/** Pixels; both ends belong to it, as in the COCO API. */
export interface AreaRange {
  readonly min: number;
  readonly max: number;
}

const LARGEST = 1e5 ** 2;
const ALL: AreaRange = { min: 0, max: LARGEST };
const SMALL: AreaRange = { min: 0, max: 32 ** 2 };
const MEDIUM: AreaRange = { min: 32 ** 2, max: 96 ** 2 };
const LARGE: AreaRange = { min: 96 ** 2, max: LARGEST };

/** The first area range is that of all sizes, the last number of detections that of the mean average precision. */
export interface CocoParameters {
  readonly areaRanges: readonly AreaRange[];
  /** Best detections counted of each class and image, rising. */
  readonly maxDetections: readonly number[];
}

export const DETECTION_PARAMETERS: CocoParameters = {
  areaRanges: [ALL, SMALL, MEDIUM, LARGE],
  maxDetections: [1, 10, 100],
};

/** COCO has no small persons with keypoints. */
export const KEYPOINT_PARAMETERS: CocoParameters = {
  areaRanges: [ALL, MEDIUM, LARGE],
  maxDetections: [20],
};

/** Of COCO's 17 keypoints of a person: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles (left before right). */
export const COCO_KEYPOINT_SIGMAS: readonly number[] = [
  0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087,
  0.089, 0.089,
];

/** COCO's for 17 keypoints, otherwise 1 / number of keypoints for each, as Ultralytics validates. */
export function keypointSigmas(count: number): readonly number[] {
  if (count === COCO_KEYPOINT_SIGMAS.length) return COCO_KEYPOINT_SIGMAS;
  return Array.from({ length: count }, () => 1 / count);
}
