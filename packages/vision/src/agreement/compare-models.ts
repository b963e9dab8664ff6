import { CareError, errorMessage, isCareError } from '@care/registry-core';
import {
  coarsestPrecision,
  judgeOutputs,
  OutputsComparison,
  tensorTolerance,
  type PrecisionClass,
  type TensorTolerance,
} from '@care/registry-core/agreement';
import { decodeImage } from '../image/decode-image.js';
import type { ImageLimits, RawFrame } from '../image/image-source.js';
import { imageSourceFrom, type ImageInput } from '../image/image-source-from.js';
import { taskFor } from '../tasks/task-registry.js';
import type { AnswerLimits } from './answer-agreement.js';
import { judgeModels } from './judge-models.js';
import type { ComparableModel, ModelAgreement, PictureAgreement } from './model-agreement.js';
import { pictureAgreement, predictionAgreement } from './prediction-agreement.js';
import { PictureRunner, type PictureAnswer } from './picture-runner.js';
import { PREDICTION_TOLERANCES, type PredictionTolerance } from './prediction-tolerance.js';

export interface CompareModelsOptions {
  /** Whose tolerances hold, and nothing else: the coarser precision of the two variants when absent. */
  readonly precision?: string;
  /** Instead of `TENSOR_TOLERANCES`, each for itself. */
  readonly tensors?: Partial<TensorTolerance>;
  /** Instead of `PREDICTION_TOLERANCES`, each for itself. */
  readonly predictions?: Partial<PredictionTolerance>;
  /** At which both are used; the model package's when absent. */
  readonly confidence?: number;
  readonly imageLimits?: Partial<ImageLimits>;
  readonly signal?: AbortSignal;
}

/** Down to where predictions are asked for, to tell how sure a side is that finds nothing. */
const LEAST_CONFIDENCE = 0.01;

/**
 * Shows both models the same pictures and compares the tensors they give and what the task reads in them: boxes matched by IoU, masks by
 * mask IoU, poses by object keypoint similarity, pictures by their best class. Each prepares the pictures for its own inputs.
 *
 * A candidate that cannot answer is broken; a reference that cannot, throws.
 * @param reference what is right
 * @throws CareError INPUT_INVALID (no picture, two tasks), IMAGE_INVALID and its like, ABORTED, and what the reference throws
 */
export async function compareModels(
  reference: ComparableModel,
  candidate: ComparableModel,
  pictures: readonly ImageInput[],
  options: CompareModelsOptions = {},
): Promise<ModelAgreement> {
  checkPair(reference, candidate, pictures);
  const { signal } = options;
  const model = reference.package;
  const precision = coarsestPrecision(
    ...(options.precision === undefined
      ? [precisionOf(reference), precisionOf(candidate)]
      : [options.precision]),
  );
  const limits = answerLimits(reference, precision, options);
  const tolerance = tensorTolerance({ precision, tolerance: options.tensors ?? {} });
  const comparison = new OutputsComparison(tolerance);
  const found: PictureAgreement[] = [];
  let failure: string | undefined;
  const referenceRunner = new PictureRunner(reference, askedFor(reference));
  for (const picture of pictures) {
    signal?.throwIfAborted();
    const source = await imageSourceFrom(picture, options.imageLimits);
    const frame = await decodeImage(source, options.imageLimits, model.preprocessing);
    const right = await referenceRunner.answer(frame, signal);
    const answer = await tryAnswer(candidate, frame, signal);
    if (typeof answer === 'string') {
      failure = answer;
      break;
    }
    right.runs.forEach((outputs, run) => comparison.add(outputs, answer.runs[run] ?? {}));
    found.push(pictureAgreement(reference, right, answer, limits));
  }
  const outputs = comparison.result();
  const tensors = { ...judgeOutputs(outputs, tolerance), runs: comparison.runs, outputs, tolerance };
  const predictions = predictionAgreement(reference, found, limits.threshold, {
    ...PREDICTION_TOLERANCES[precision],
    ...options.predictions,
  });
  return { ...judgeModels(model, precision, predictions, tensors, failure), precision, predictions, tensors };
}

function checkPair(
  { package: one }: ComparableModel,
  { package: other }: ComparableModel,
  pictures: readonly ImageInput[],
): void {
  if (one.task !== other.task) {
    throw new CareError('INPUT_INVALID', `${one.modelId} does ${one.task}, ${other.modelId} ${other.task}`, {
      remedy: 'Compare two forms of one model.',
    });
  }
  if (pictures.length === 0)
    throw new CareError('INPUT_INVALID', 'there are no pictures to compare models on');
}

function precisionOf({ package: { variants }, servedBy }: ComparableModel): string {
  return variants.find(({ id }) => id === servedBy.variant)?.precision ?? '';
}

function answerLimits(
  { package: model }: ComparableModel,
  precision: PrecisionClass,
  { confidence, predictions }: CompareModelsOptions,
): AnswerLimits {
  const { margin } = { ...PREDICTION_TOLERANCES[precision], ...predictions };
  return { threshold: confidence ?? model.postprocessing.confidenceThreshold, margin };
}

/** Everything of some confidence for objects; for classes what the task's evaluation asks for. */
function askedFor({ package: model }: ComparableModel): { confidence: number; topK?: number } {
  const { truth, predictOptions } = taskFor(model.task).evaluation;
  return truth === 'class' ? { confidence: 0, ...predictOptions } : { confidence: LEAST_CONFIDENCE };
}

/** The answer, or why there is none. */
async function tryAnswer(
  candidate: ComparableModel,
  frame: RawFrame,
  signal: AbortSignal | undefined,
): Promise<PictureAnswer | string> {
  try {
    return await new PictureRunner(candidate, askedFor(candidate)).answer(frame, signal);
  } catch (error) {
    if (signal?.aborted === true || isCareError(error, 'ABORTED', 'DISPOSED')) throw error;
    return errorMessage(error);
  }
}
