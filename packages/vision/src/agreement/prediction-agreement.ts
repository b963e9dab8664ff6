import { taskFor } from '../tasks/task-registry.js';
import type { TaskPrediction } from '../tasks/task-prediction.js';
import { answerAgreement, type AnswerLimits } from './answer-agreement.js';
import type { ComparableModel, Findings, PictureAgreement, PredictionAgreement } from './model-agreement.js';
import type { PictureAnswer } from './picture-runner.js';
import type { PredictionTolerance } from './prediction-tolerance.js';

/** How two answers to one picture agree. */
export function pictureAgreement(
  { package: model }: ComparableModel,
  reference: PictureAnswer,
  candidate: PictureAnswer,
  limits: AnswerLimits,
): PictureAgreement {
  const { evaluation } = taskFor(model.task);
  const findings = ({ predictions }: PictureAnswer): Findings =>
    findingsOf(predictions, evaluation.truth === 'class', limits);
  return {
    reference: findings(reference),
    candidate: findings(candidate),
    agreement: answerAgreement(evaluation, reference.predictions, candidate.predictions, limits),
  };
}

function findingsOf(
  predictions: readonly TaskPrediction[],
  areClasses: boolean,
  { threshold }: AnswerLimits,
): Findings {
  const best = predictions.reduce((most, { confidence }) => Math.max(most, confidence), 0);
  const count = areClasses
    ? Math.min(1, predictions.length)
    : predictions.filter(({ confidence }) => confidence >= threshold).length;
  return { count, ...(predictions.length === 0 ? {} : { bestConfidence: best }) };
}

const MEASURES = { box: 'IoU', mask: 'mask IoU', keypoints: 'OKS', class: 'top-1' } as const;

/** Sums up what was found in all pictures. */
export function predictionAgreement(
  { package: model }: ComparableModel,
  pictures: readonly PictureAgreement[],
  confidence: number,
  tolerance: PredictionTolerance,
): PredictionAgreement {
  const telling = pictures.filter(({ reference, candidate }) => reference.count + candidate.count > 0);
  const mean = telling.reduce((sum, { agreement }) => sum + agreement, 0) / telling.length;
  return {
    measure: MEASURES[taskFor(model.task).evaluation.truth],
    ...(telling.length === 0 ? {} : { agreement: mean }),
    telling: telling.length,
    reference: total(pictures.map(({ reference }) => reference)),
    candidate: total(pictures.map(({ candidate }) => candidate)),
    pictures,
    confidence,
    tolerance,
  };
}

function total(findings: readonly Findings[]): Findings {
  const best = findings.flatMap(({ bestConfidence }) => bestConfidence ?? []);
  return {
    count: findings.reduce((sum, { count }) => sum + count, 0),
    ...(best.length === 0 ? {} : { bestConfidence: Math.max(...best) }),
  };
}
