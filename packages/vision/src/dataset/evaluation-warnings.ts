import type { TaskEvaluation } from '../tasks/task-evaluation.js';
import type { PredictOptions } from '../tasks/task-prediction.js';
import { describe, listed, type ClassMapping } from './class-mapping.js';
import type { Dataset } from './dataset.js';

/** What the reader of the figures must know, one sentence each. */
export function evaluationWarnings(
  dataset: Dataset,
  { unknown }: ClassMapping,
  evaluation: TaskEvaluation,
  { confidence = 0 }: PredictOptions,
): string[] {
  const { truthCount, predictionCount, imageCount } = evaluation;
  const classes = unknown.length === 1 ? 'class of the data set' : 'classes of the data set';
  return [
    ...dataset.notes,
    ...(unknown.length === 0
      ? []
      : [
          `${unknown.length} ${classes} the model does not have, left out: ${listed(unknown.map(describe))}.`,
        ]),
    ...(truthCount === 0 ? ['No labelled object: there is nothing to measure.'] : []),
    ...(truthCount > 0 && predictionCount === 0
      ? [
          `The model is broken or read wrongly: it gave no prediction at all on ${imageCount} pictures, not even with confidence ${confidence}.`,
        ]
      : []),
    ...(predictionCount > 0 && isNil(evaluation)
      ? [
          `None of ${predictionCount} predictions is right: suspect the order of the classes, the preprocessing and the decoder.`,
        ]
      : []),
  ];
}

function isNil({ measures: [own] }: TaskEvaluation): boolean {
  const figures = Object.values(own?.figures ?? {}).filter((figure) => figure !== null);
  return figures.length > 0 && figures.every((figure) => figure === 0);
}
