import { CareError, isCareError, type ModelPackage } from '@care/registry-core';
import type { LabelledImage, TaskEvaluation, TaskEvaluator } from '../tasks/task-evaluation.js';
import type { PredictOptions, TaskPrediction } from '../tasks/task-prediction.js';
import { taskFor } from '../tasks/task-registry.js';
import { mapClasses, type ClassMapping } from './class-mapping.js';
import type { Dataset, DatasetImage } from './dataset.js';
import { evaluationWarnings } from './evaluation-warnings.js';

/** What is evaluated; a `Model` of `@care/model-manager` fits as it is. */
export interface EvaluableModel {
  readonly package: ModelPackage;
  predict(
    path: string,
    options: PredictOptions & { readonly signal?: AbortSignal },
  ): Promise<{
    readonly width: number;
    readonly height: number;
    readonly predictions: readonly TaskPrediction[];
  }>;
  readonly stats?: { readonly workers: number };
}

export interface EvaluateDatasetOptions extends Pick<PredictOptions, 'confidence' | 'iou' | 'maxDetections'> {
  /** At which precision, recall, confusions and the scores of pictures are counted, 0..1. Default the model package's. */
  readonly workingConfidence?: number;
  /** Only the first pictures of the data set. */
  readonly limit?: number;
  /** Pictures under way at a time. Default two for each worker of the model and one more. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Called after each picture, also one that failed. */
  readonly onImage?: (done: number, total: number) => void;
}

/** One picture that was evaluated. */
export interface EvaluatedImage extends LabelledImage {
  readonly name: string;
  readonly path: string;
}

/** A picture that could not be evaluated. */
export interface FailedImage {
  readonly name: string;
  readonly path: string;
  readonly error: unknown;
}

export interface DatasetEvaluation {
  readonly evaluation: TaskEvaluation;
  /** With truth and predictions, in the order of the data set. */
  readonly images: readonly EvaluatedImage[];
  readonly failures: readonly FailedImage[];
  /** What was left out, and what looks wrong, one sentence each. */
  readonly warnings: readonly string[];
  /** With which the pictures were predicted. */
  readonly predictOptions: PredictOptions;
  readonly workingConfidence: number;
}

/** Failures of a picture; any other would be the same for every picture. */
const OF_A_PICTURE = [
  'IMAGE_INVALID',
  'IMAGE_TOO_LARGE',
  'INPUT_INVALID',
  'INFERENCE_FAILED',
  'WORKER_CRASHED',
] as const;

/**
 * Predicts every picture of a data set and measures the model. Defaults: confidence 0.001 and at most 300 predictions a picture
 * (classification: the best 5 classes), IoU of suppression as the model package says. A picture that fails is reported in
 * `failures` and left out of the figures.
 * @throws CareError INPUT_INVALID (labels of another kind, or classes that the model does not have), ABORTED, and what
 * `predict` throws when it is not the fault of a picture
 */
export async function evaluateDataset(
  model: EvaluableModel,
  dataset: Dataset,
  options: EvaluateDatasetOptions = {},
): Promise<DatasetEvaluation> {
  const { task, classNames, keypoints, postprocessing } = model.package;
  const evaluator = taskFor(task).evaluation;
  checkTruth(dataset, evaluator, task);
  const mapping = mapClasses(dataset.classes, classNames);
  const wanted = imagesOfKnownClass(dataset, mapping).slice(0, options.limit);
  const predictOptions = {
    ...evaluator.predictOptions,
    ...given(options),
    ...iouOf(evaluator, options, model),
  };
  const { images, failures } = await predictAll(model, wanted, mapping, predictOptions, options);
  const workingConfidence = options.workingConfidence ?? postprocessing.confidenceThreshold;
  const evaluation = evaluator.evaluate(images, {
    classNames,
    keypoints,
    confidence: workingConfidence,
    ...scopeOf(dataset, mapping),
  });
  return {
    evaluation,
    images,
    failures,
    warnings: evaluationWarnings(dataset, mapping, evaluation, predictOptions),
    predictOptions,
    workingConfidence,
  };
}

function checkTruth(dataset: Dataset, { truth }: TaskEvaluator, task: string): void {
  if (dataset.truth === truth) return;
  throw new CareError(
    'INPUT_INVALID',
    `the data set ${dataset.path} was opened for ${dataset.truth}, ${task} is measured against ${truth}`,
    { remedy: `Open it with truth "${truth}".` },
  );
}

/** A picture whose only class the model does not have says nothing of the model. */
function imagesOfKnownClass(
  { truth, images }: Dataset,
  { byId, unknown }: ClassMapping,
): readonly DatasetImage[] {
  if (truth !== 'class' || unknown.length === 0) return images;
  return images.filter((image) =>
    image.truths({ width: 0, height: 0 }).some(({ classId }) => byId.has(classId)),
  );
}

function given({ confidence, maxDetections }: EvaluateDatasetOptions): PredictOptions {
  return {
    ...(confidence === undefined ? {} : { confidence }),
    ...(maxDetections === undefined ? {} : { maxDetections }),
  };
}

function iouOf(
  { truth }: TaskEvaluator,
  { iou }: EvaluateDatasetOptions,
  model: EvaluableModel,
): PredictOptions {
  return truth === 'class' ? {} : { iou: iou ?? model.package.postprocessing.iouThreshold };
}

/** A data set that names its classes labels these alone; one that only has numbers may label any. */
function scopeOf(dataset: Dataset, { byId }: ClassMapping): { classIds?: readonly number[] } {
  if (dataset.truth === 'class' || dataset.classes.every(({ names }) => names.length === 0)) return {};
  return { classIds: [...new Set(byId.values())] };
}

async function predictAll(
  model: EvaluableModel,
  wanted: readonly DatasetImage[],
  mapping: ClassMapping,
  predictOptions: PredictOptions,
  { signal, onImage, concurrency = 2 * (model.stats?.workers ?? 1) + 1 }: EvaluateDatasetOptions,
): Promise<{ images: EvaluatedImage[]; failures: FailedImage[] }> {
  const stop = new AbortController();
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const outcomes = new Map<DatasetImage, EvaluatedImage | FailedImage>();
  const queue = wanted.values();
  const lane = async (): Promise<void> => {
    // The iterator is shared: each lane takes the next picture that none has taken.
    for (const image of queue) {
      if (stopped.aborted) return;
      outcomes.set(image, await evaluateImage(model, image, mapping, { ...predictOptions, signal: stopped }));
      onImage?.(outcomes.size, wanted.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, concurrency) }, lane));
  } catch (error) {
    stop.abort(error);
    throw signal?.aborted === true ? aborted(signal) : error;
  }
  if (signal?.aborted === true) throw aborted(signal);
  const inOrder = wanted.flatMap((image) => outcomes.get(image) ?? []);
  return {
    images: inOrder.filter((outcome) => 'truths' in outcome),
    failures: inOrder.filter((outcome) => 'error' in outcome),
  };
}

function aborted(signal: AbortSignal): CareError {
  return new CareError('ABORTED', 'the evaluation was cancelled', { cause: signal.reason });
}

async function evaluateImage(
  model: EvaluableModel,
  image: DatasetImage,
  { byId }: ClassMapping,
  options: PredictOptions & { readonly signal: AbortSignal },
): Promise<EvaluatedImage | FailedImage> {
  const { id, name, path } = image;
  try {
    const { width, height, predictions } = await model.predict(path, options);
    const known = image.truths({ width, height }).flatMap((truth) => {
      const classId = byId.get(truth.classId);
      return classId === undefined ? [] : { ...truth, classId };
    });
    return { ...{ id, name, path, width, height, predictions }, truths: known };
  } catch (error) {
    if (options.signal.aborted || !isCareError(error, ...OF_A_PICTURE)) throw error;
    return { name, path, error };
  }
}
