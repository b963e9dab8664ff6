import type { Model, Prediction } from '@care/model-manager';
import { taskFor, type ImageInput } from '@care/vision';
import type { AccuracyFigure } from '../profile/profile.js';
import { bootstrapInterval, bootstrapReplicates } from '../statistics/bootstrap.js';

const REPLICATES = 1000;

/** What a model says of pictures, one after the other. */
export async function answersTo(
  model: Model,
  images: readonly ImageInput[],
  signal?: AbortSignal,
): Promise<Prediction[]> {
  const answers: Prediction[] = [];
  for (const image of images)
    answers.push(await model.predict(image, signal === undefined ? {} : { signal }));
  return answers;
}

/**
 * How much a candidate's answers are those of the reference, 0..1, mean over the pictures: it tells what a variant loses against another,
 * not how good either is.
 * @param data tells pictures and reference apart
 */
export function agreementFigure(
  task: string,
  reference: readonly Prediction[],
  answers: readonly Prediction[],
  data: string,
): AccuracyFigure {
  const { evaluation } = taskFor(task);
  const alike = answers.map(({ predictions }, index) =>
    evaluation.agreement(reference[index]?.predictions ?? [], predictions),
  );
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const replicates = bootstrapReplicates(alike.length, REPLICATES, (places) =>
    mean(places.map((place) => alike[place] ?? 0)),
  );
  const { value, low, high } = bootstrapInterval(mean(alike), replicates);
  return {
    kind: 'agreement',
    metric: 'agreement',
    value,
    low: alike.length === 0 ? 0 : low,
    high: alike.length === 0 ? 1 : high,
    images: alike.length,
    data,
    replicates: [...replicates],
  };
}
