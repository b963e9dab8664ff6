import type { TaskEvaluator } from '../tasks/task-evaluation.js';
import type { TaskPrediction } from '../tasks/task-prediction.js';

export interface AnswerLimits {
  /** Confidence at which the model is used. */
  readonly threshold: number;
  /** As `PredictionTolerance.margin`. */
  readonly margin: number;
}

/**
 * How much two answers agree by the task's own measure, 0..1, where a prediction that one side has just above the threshold and the
 * other just below is no disagreement.
 * @param a and b with what lies within the margin below the threshold, best first
 */
export function answerAgreement(
  evaluator: TaskEvaluator,
  a: readonly TaskPrediction[],
  b: readonly TaskPrediction[],
  limits: AnswerLimits,
): number {
  if (evaluator.truth === 'class') return bestClassAgreement(evaluator, a, b, limits);
  return evaluator.agreement(withPartners(evaluator, a, b, limits), withPartners(evaluator, b, a, limits));
}

/** What is above the threshold, and of the rest what is the partner of something that is above it on the other side. */
function withPartners(
  evaluator: TaskEvaluator,
  own: readonly TaskPrediction[],
  other: readonly TaskPrediction[],
  limits: AnswerLimits,
): TaskPrediction[] {
  const { threshold, margin } = limits;
  const above = own.filter(({ confidence }) => confidence >= threshold);
  const near = own.filter(({ confidence }) => confidence < threshold && confidence >= threshold - margin);
  const same = (one: TaskPrediction, two: TaskPrediction): boolean => evaluator.agreement([one], [two]) > 0;
  const alone = other.filter(
    (prediction) => prediction.confidence >= threshold && !above.some((found) => same(found, prediction)),
  );
  const partners = alone.flatMap((prediction) => near.find((found) => same(found, prediction)) ?? []);
  return [...above, ...new Set(partners)];
}

/** Classes that are nearly as sure as the best count as the best. */
function bestClassAgreement(
  evaluator: TaskEvaluator,
  a: readonly TaskPrediction[],
  b: readonly TaskPrediction[],
  { margin }: AnswerLimits,
): number {
  const nearBest = (own: readonly TaskPrediction[]): TaskPrediction[][] => {
    const least = (own[0]?.confidence ?? 0) - margin;
    return own.filter(({ confidence }) => confidence >= least).map((prediction) => [prediction]);
  };
  return Math.max(
    evaluator.agreement(a, b),
    ...nearBest(a).map((one) => evaluator.agreement(one, b)),
    ...nearBest(b).map((one) => evaluator.agreement(a, one)),
  );
}
