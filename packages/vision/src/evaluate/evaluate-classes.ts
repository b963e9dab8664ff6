import type { CocoParameters } from './coco-parameters.js';
import { evaluateClass, type ClassFigures } from './evaluate-class.js';
import {
  checkFinite,
  compareImageIds,
  type EvaluationScope,
  type ImageId,
  type ScoredObject,
  type TrueObject,
} from './evaluation-input.js';
import type { PreparedDetection, PreparedTruth, Similarity } from './prepared-objects.js';

/** How one kind of object (box, mask, keypoints) is measured. The readers check what they read. */
export interface ObjectMeasure<Truth extends TrueObject, Detection extends ScoredObject, Found, True> {
  /** @throws CareError INPUT_INVALID, with `path` before the field */
  readTruth(truth: Truth, path: string): Measured<True> & { readonly ignore?: boolean };
  /** @throws CareError INPUT_INVALID, with `path` before the field */
  readDetection(detection: Detection, path: string): Measured<Found>;
  readonly similarity: Similarity<Found, True>;
}

export interface Measured<Shape> {
  readonly shape: Shape;
  /** Pixels, when the object does not say otherwise. */
  readonly area: number;
}

export interface EvaluatedClass extends ClassFigures {
  readonly classId: number;
  readonly detectionCount: number;
}

interface ClassObjects<Found, True> {
  readonly truths: PreparedTruth<True>[];
  readonly detections: PreparedDetection<Found>[];
}

/** Every class in rising order of its id. @throws CareError INPUT_INVALID naming the object and field */
export function evaluateClasses<Truth extends TrueObject, Detection extends ScoredObject, Found, True>(
  truths: readonly Truth[],
  detections: readonly Detection[],
  measure: ObjectMeasure<Truth, Detection, Found, True>,
  parameters: CocoParameters,
  scope: EvaluationScope,
): EvaluatedClass[] {
  const images = imageOrder(scope.imageIds ?? idsOf(truths, detections));
  const classIds = scope.classIds ?? classIdsOf(truths, detections);
  const classes = new Map<number, ClassObjects<Found, True>>(
    [...classIds].toSorted((a, b) => a - b).map((id) => [id, { truths: [], detections: [] }]),
  );
  truths.forEach((truth, index) => {
    const image = images.get(truth.imageId);
    const objects = classes.get(truth.classId);
    if (image === undefined || objects === undefined) return;
    const path = `groundTruth[${index}]`;
    const { shape, area, ignore = false } = measure.readTruth(truth, path);
    if (truth.area !== undefined) checkFinite([truth.area], `${path}.area`);
    const crowd = truth.crowd === true;
    const ignored = crowd || ignore || truth.ignore === true;
    objects.truths.push({ image, ignored, crowd, area: truth.area ?? area, shape });
  });
  detections.forEach((detection, index) => {
    const image = images.get(detection.imageId);
    const objects = classes.get(detection.classId);
    if (image === undefined || objects === undefined) return;
    const path = `detections[${index}]`;
    checkFinite([detection.score], `${path}.score`);
    objects.detections.push({ image, score: detection.score, ...measure.readDetection(detection, path) });
  });
  return Array.from(classes, ([classId, objects]) => ({
    classId,
    detectionCount: objects.detections.length,
    ...evaluateClass(objects.truths, objects.detections, measure.similarity, parameters),
  }));
}

function imageOrder(ids: Iterable<ImageId>): Map<ImageId, number> {
  const sorted = [...new Set(ids)].toSorted(compareImageIds);
  return new Map(sorted.map((id, index) => [id, index]));
}

type Located = Pick<TrueObject, 'imageId' | 'classId'>;

function idsOf(...lists: readonly (readonly Located[])[]): Set<ImageId> {
  return new Set(lists.flatMap((objects) => objects.map(({ imageId }) => imageId)));
}

function classIdsOf(...lists: readonly (readonly Located[])[]): Set<number> {
  return new Set(lists.flatMap((objects) => objects.map(({ classId }) => classId)));
}
