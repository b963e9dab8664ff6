import { averagePrecision, type RankedMatches } from './average-precision.js';
import { ClassMatches } from './class-matches.js';
import { IOU_THRESHOLDS, type CocoParameters } from './coco-parameters.js';
import type { PreparedDetection, PreparedTruth, Similarity } from './prepared-objects.js';

/** Figures of one class for each area range; undefined for a range without ground truth. */
export interface ClassFigures {
  readonly byArea: readonly (AreaFigures | undefined)[];
  /** For each of the parameters' `maxDetections` the mean recall over the thresholds, all sizes. */
  readonly recallAt: readonly number[];
  /** Ground truth of all sizes that is to be found. */
  readonly truthCount: number;
}

/** One value a threshold of IOU_THRESHOLDS, at the largest number of detections. */
export interface AreaFigures {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

/** Matches image by image, then ranks the detections of all images together. */
export function evaluateClass<Found, True>(
  truths: readonly PreparedTruth<True>[],
  detections: readonly PreparedDetection<Found>[],
  similarity: Similarity<Found, True>,
  { areaRanges, maxDetections }: CocoParameters,
): ClassFigures {
  const collected = new ClassMatches(detections.length, areaRanges);
  const limit = maxDetections.at(-1) ?? 0;
  for (const image of byImage(truths, detections)) {
    collected.addImage(image.truths, image.detections.slice(0, limit), similarity);
  }
  const ranked = collected.ranked();
  const [all] = ranked;
  return {
    byArea: ranked.map((matches) => (matches.truthCount === 0 ? undefined : areaFigures(matches))),
    recallAt: all === undefined ? [] : maxDetections.map((count) => collected.meanRecall(count)),
    truthCount: all?.truthCount ?? 0,
  };
}

function areaFigures(matches: RankedMatches): AreaFigures {
  const figures = IOU_THRESHOLDS.map((_, index) => averagePrecision(matches, 1 << index));
  return {
    precision: figures.map(({ precision }) => precision),
    recall: figures.map(({ recall }) => recall),
  };
}

interface ImageObjects<Found, True> {
  readonly truths: readonly PreparedTruth<True>[];
  readonly detections: readonly PreparedDetection<Found>[];
}

/** Images in their order, each with its detections best first; equal scores keep their order. */
function* byImage<Found, True>(
  truths: readonly PreparedTruth<True>[],
  detections: readonly PreparedDetection<Found>[],
): Generator<ImageObjects<Found, True>> {
  const sortedTruths = truths.toSorted((a, b) => a.image - b.image);
  const sortedDetections = detections.toSorted((a, b) => a.image - b.image || b.score - a.score);
  let [truth, detection] = [0, 0];
  while (truth < sortedTruths.length || detection < sortedDetections.length) {
    const image = Math.min(
      sortedTruths[truth]?.image ?? Infinity,
      sortedDetections[detection]?.image ?? Infinity,
    );
    const [firstTruth, firstDetection] = [truth, detection];
    while (sortedTruths[truth]?.image === image) truth++;
    while (sortedDetections[detection]?.image === image) detection++;
    yield {
      truths: sortedTruths.slice(firstTruth, truth),
      detections: sortedDetections.slice(firstDetection, detection),
    };
  }
}
