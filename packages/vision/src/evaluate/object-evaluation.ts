import { CareError, type TaskType } from '@care/registry-core';
import type {
  EvaluationFacts,
  LabelledImage,
  LabelledObject,
  Measure,
  TaskEvaluation,
  TruthKind,
} from '../tasks/task-evaluation.js';
import type { Box, DetectionPrediction, PredictOptions } from '../tasks/task-prediction.js';
import { detectionMeasure } from './average-precision-measure.js';
import { confusionOf } from './confusion.js';
import { evaluateDetections } from './evaluate-detections.js';
import type { ImageId } from './evaluation-input.js';
import { foundMeasure, imageScore } from './found-measure.js';
import { objectOutcomes, type ObjectSimilarity } from './object-outcomes.js';

/** Average precision needs the unsure predictions too; Ultralytics and the COCO leaderboards cut at the same confidence. */
export const OBJECT_PREDICT_OPTIONS: PredictOptions = { confidence: 0.001, maxDetections: 300 };

/** How objects of a task are told to be found, for all that is counted at one confidence. */
export interface ObjectCounting<Prediction> {
  readonly task: TaskType;
  readonly similarity: ObjectSimilarity<Prediction>;
  /** IoU or OKS. */
  readonly similarityName: string;
  readonly isIgnored?: (truth: LabelledObject) => boolean;
}

/** Puts the measures of a task together with what is counted at the confidence at which the model is used. */
export function objectEvaluation<Prediction extends DetectionPrediction>(
  images: readonly LabelledImage<Prediction>[],
  facts: EvaluationFacts,
  measures: readonly Measure[],
  { task, similarity, similarityName, isIgnored = isCrowd }: ObjectCounting<Prediction>,
): TaskEvaluation {
  const { classNames, confidence } = facts;
  const outcomes = images.map((image) => objectOutcomes(image, facts, similarity, isIgnored));
  const all = outcomes.flat();
  const title = `found at confidence ${confidence}, ${similarityName} 0.5`;
  return {
    task,
    imageCount: images.length,
    truthCount: all.filter(({ truth }) => truth !== undefined).length,
    predictionCount: images.reduce((sum, { predictions }) => sum + predictions.length, 0),
    measures: [...measures, foundMeasure(all, classNames, title)],
    confusion: confusionOf(all, classNames),
    images: images.map(({ id }, index) => imageScore(id, outcomes[index] ?? [])),
  };
}

/** Average precision of the boxes, which all tasks with objects have. */
export function boxMeasure(
  images: readonly LabelledImage<DetectionPrediction>[],
  facts: EvaluationFacts,
): Measure {
  const evaluation = evaluateDetections({
    by: 'box',
    ...scope(images, facts),
    groundTruth: labelledObjects(images, 'box'),
    detections: scoredObjects(images, ({ box }) => ({ box })),
  });
  return detectionMeasure('box', evaluation, facts.classNames);
}

/** Only these pictures and classes count. */
export function scope(
  images: readonly LabelledImage[],
  { classIds }: EvaluationFacts,
): { imageIds: ImageId[]; classIds?: readonly number[] } {
  return { imageIds: images.map(({ id }) => id), ...(classIds === undefined ? {} : { classIds }) };
}

type Placed = LabelledObject & { readonly imageId: ImageId };

/**
 * The truth of all pictures, each object with the wanted part.
 * @throws CareError INPUT_INVALID naming picture and object when it is absent
 */
export function labelledObjects<Part extends 'box' | 'mask' | 'keypoints'>(
  images: readonly LabelledImage[],
  ...parts: readonly Part[]
): (Placed & Required<Pick<LabelledObject, Part>>)[] {
  return images.flatMap(({ id, truths }) =>
    truths.map((truth, index) => {
      for (const part of parts) {
        if (truth[part] === undefined) throw missing(part, id, index);
      }
      return { ...(truth as LabelledObject & Required<Pick<LabelledObject, Part>>), imageId: id };
    }),
  );
}

/** A part of an object that is known to be there. @throws CareError INPUT_INVALID when it is absent after all */
export function boxOf({ box }: LabelledObject): Box {
  if (box === undefined) throw missing('box', '', 0);
  return box;
}

export function scoredObjects<Prediction extends DetectionPrediction, Shape extends object>(
  images: readonly LabelledImage<Prediction>[],
  shape: (prediction: Prediction) => Shape,
): (Shape & { readonly imageId: ImageId; readonly classId: number; readonly score: number })[] {
  return images.flatMap(({ id, predictions }) =>
    predictions.map((prediction) => ({
      ...shape(prediction),
      imageId: id,
      classId: prediction.classId,
      score: prediction.confidence,
    })),
  );
}

function isCrowd({ crowd }: LabelledObject): boolean {
  return crowd === true;
}

function missing(part: TruthKind, id: ImageId, index: number): CareError {
  return new CareError(
    'INPUT_INVALID',
    `object ${index + 1} of picture ${JSON.stringify(id)} has no ${part}`,
    { remedy: 'Evaluate with labels of the kind that the task predicts.' },
  );
}
