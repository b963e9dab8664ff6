import type { EvaluationFacts, LabelledImage, LabelledObject } from '../tasks/task-evaluation.js';
import type { DetectionPrediction } from '../tasks/task-prediction.js';

/**
 * What became of one object or prediction, by class ids: both equal: found; both, not equal: taken for another class; only
 * `truth`: missed; only `predicted`: there is nothing.
 */
export interface Outcome {
  readonly truth?: number;
  readonly predicted?: number;
}

/** How alike a prediction and an object are, 0..1: IoU or OKS. */
export type ObjectSimilarity<Prediction> = (prediction: Prediction, truth: LabelledObject) => number;

/** From here on a prediction is of that object. */
export const FOUND_SIMILARITY = 0.5;

/**
 * Goes through the predictions of one picture that reach the confidence, the best first: each takes the most similar free object
 * of its class (similarity >= 0.5), and what is left then the most similar object of any class. Predictions on ignored objects
 * (crowds) count neither way.
 */
export function objectOutcomes<Prediction extends DetectionPrediction>(
  { predictions, truths }: LabelledImage<Prediction>,
  { confidence, classIds }: EvaluationFacts,
  similarity: ObjectSimilarity<Prediction>,
  isIgnored: (truth: LabelledObject) => boolean,
): Outcome[] {
  const labelled = classIds === undefined ? undefined : new Set(classIds);
  const counted = predictions
    .filter((found) => found.confidence >= confidence && (labelled?.has(found.classId) ?? true))
    .toSorted((a, b) => b.confidence - a.confidence);
  const free = new Set(truths.filter((truth) => !isIgnored(truth)));
  const ignored = truths.filter(isIgnored);
  const outcomes: Outcome[] = [];
  const take = (prediction: Prediction, candidates: Iterable<LabelledObject>): boolean => {
    const truth = mostSimilar(prediction, candidates, similarity);
    if (truth === undefined) return false;
    free.delete(truth);
    outcomes.push({ truth: truth.classId, predicted: prediction.classId });
    return true;
  };
  const left = counted.filter((prediction) => {
    const ofItsClass = (truth: LabelledObject): boolean => truth.classId === prediction.classId;
    if (take(prediction, [...free].filter(ofItsClass))) return false;
    return mostSimilar(prediction, ignored.filter(ofItsClass), similarity) === undefined;
  });
  for (const prediction of left) {
    if (!take(prediction, free)) outcomes.push({ predicted: prediction.classId });
  }
  for (const { classId } of free) outcomes.push({ truth: classId });
  return outcomes;
}

function mostSimilar<Prediction>(
  prediction: Prediction,
  candidates: Iterable<LabelledObject>,
  similarity: ObjectSimilarity<Prediction>,
): LabelledObject | undefined {
  let best: LabelledObject | undefined;
  let highest = FOUND_SIMILARITY;
  for (const truth of candidates) {
    const value = similarity(prediction, truth);
    if (value < highest || (value === highest && best !== undefined)) continue;
    [best, highest] = [truth, value];
  }
  return best;
}
