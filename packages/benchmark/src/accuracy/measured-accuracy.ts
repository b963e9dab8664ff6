import type { Model } from '@care/model-manager';
import { evaluateDataset, taskFor, type Dataset, type EvaluatedImage } from '@care/vision';
import type { AccuracyFigure } from '../profile/profile.js';
import { contentHash } from '../profile/canonical-json.js';
import { bootstrapInterval, bootstrapReplicates } from '../statistics/bootstrap.js';

export interface AccuracyOptions {
  /** Only the first pictures. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly onImage?: (done: number, total: number) => void;
}

/** Figures of the task's own measure that are kept: mAP50_95 and mAP50; top1 and top5. */
const KEPT = 2;
/** Average precision is computed anew for each resample, which takes its time. */
const REPLICATES = { object: 200, class: 1000 };

/**
 * The accuracy on labelled pictures, with bounds from resamples of the pictures.
 * @param hash of the pictures and labels
 * @throws CareError as `evaluateDataset`
 */
export async function measuredAccuracy(
  model: Model,
  dataset: Dataset,
  hash: string,
  options: AccuracyOptions = {},
): Promise<AccuracyFigure[]> {
  const { images, failures, workingConfidence } = await evaluateDataset(model, dataset, options);
  const evaluator = taskFor(model.package.task).evaluation;
  const facts = {
    classNames: model.package.classNames,
    keypoints: model.package.keypoints,
    confidence: workingConfidence,
  };
  const figuresOf = (chosen: readonly EvaluatedImage[]): Readonly<Record<string, number | null>> =>
    evaluator.evaluate(chosen, facts).measures[0]?.figures ?? {};
  const whole = Object.entries(figuresOf(images)).slice(0, KEPT);
  const resampled: Readonly<Record<string, number | null>>[] = [];
  const count = evaluator.truth === 'class' ? REPLICATES.class : REPLICATES.object;
  bootstrapReplicates(images.length, count, (places) => resampled.push(figuresOf(resample(images, places))));
  // Pictures that failed are not in the figures, which are then of other pictures.
  const data = failures.length === 0 ? hash : contentHash([hash, failures.map(({ name }) => name)]);
  return whole.flatMap(([metric, value]): AccuracyFigure[] => {
    if (value === null) return [];
    const replicates = resampled.map((figures) => figures[metric] ?? 0);
    const { low, high } = bootstrapInterval(value, replicates);
    return [
      {
        kind: 'measured',
        metric,
        value,
        low: unit(low),
        high: unit(high),
        images: images.length,
        data,
        replicates,
      },
    ];
  });
}

/** A picture that is taken twice counts as two. */
function resample(images: readonly EvaluatedImage[], places: readonly number[]): EvaluatedImage[] {
  return places.flatMap((place, id) => {
    const image = images[place];
    return image === undefined ? [] : [{ ...image, id }];
  });
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
