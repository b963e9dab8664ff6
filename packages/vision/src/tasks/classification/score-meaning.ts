import { CareError } from '@care/registry-core';
import type { ModelPackage } from '@care/registry-core';
import { decoderOption } from '../decoder-option.js';
import type { ModelContext } from '../model-context.js';

/**
 * What the numbers of a score output are:
 * - `probabilities`: the model ends in softmax or sigmoid itself
 * - `logits`: softmax makes one label an image of them, sigmoid any number of labels
 * - `softmax`, `sigmoid`: logits, and which of the two whatever the number of labels
 */
const MEANINGS = ['logits', 'probabilities', 'softmax', 'sigmoid'] as const;

export type ScoreMeaning = (typeof MEANINGS)[number];

/** Names that `postprocessing.decoder` of a classification package may have. */
export const CLASSIFICATION_DECODERS: readonly string[] = ['auto', ...MEANINGS];

/** How far probabilities may miss 0, 1 and a sum of 1: what half precision leaves of a thousand classes. */
export const ROUNDING = 1e-3;

/**
 * What is known before anything has run: the decoder that the package names; its option `scores`; the exporter's metadata;
 * the output's name. Undefined when none of them tells: the numbers of each run must.
 * @throws CareError MODEL_INCOMPATIBLE for an unknown decoder or option
 */
export function statedMeaning(context: ModelContext, output: string): ScoreMeaning | undefined {
  const decoder = namedMeaning(context.model);
  const option = decoderOption(context, 'scores', MEANINGS);
  return decoder ?? option ?? exportedMeaning(context) ?? meaningOfName(output);
}

/** @throws CareError MODEL_INCOMPATIBLE when the package names a decoder that does not exist */
export function namedMeaning({
  modelId,
  postprocessing: { decoder },
}: ModelPackage): ScoreMeaning | undefined {
  if (decoder === 'auto') return undefined;
  const found = MEANINGS.find((name) => name === decoder.toLowerCase());
  if (found !== undefined) return found;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${modelId}: there is no output decoder ${JSON.stringify(decoder)} for classification`,
    {
      remedy: `Set \`postprocessing.decoder\` of the manifest to one of ${CLASSIFICATION_DECODERS.join(', ')}.`,
    },
  );
}

/** Ultralytics' classifiers apply softmax when they are exported (its `Classify` head); YOLOv5's give logits and name no task. */
function exportedMeaning({ variant: { exporterMetadata = {} } }: ModelContext): ScoreMeaning | undefined {
  const { task, names, stride } = exporterMetadata;
  return task === 'classify' && names !== undefined && stride !== undefined ? 'probabilities' : undefined;
}

function meaningOfName(output: string): ScoreMeaning | undefined {
  const logits = /logit/i.test(output);
  const probabilities = /(^|[^a-z])prob(s|abilit(y|ies))?([^a-z]|$)|softmax|sigmoid/i.test(output);
  if (logits === probabilities) return undefined;
  return logits ? 'logits' : 'probabilities';
}

/**
 * By the numbers of one image. With one label they are probabilities when all lie in 0..1 and add up to 1 (within {@link ROUNDING});
 * with any number of labels when all lie in 0..1. A single number says nothing.
 * @throws CareError MODEL_INCOMPATIBLE for a single number
 */
export function meaningOfNumbers(
  scores: Float32Array,
  multiLabel: boolean,
  model: ModelPackage,
  output: string,
): ScoreMeaning {
  if (scores.length === 1) throw unknownMeaning(model, output);
  // The first logit beyond 1 or below 0 settles it.
  return scores.every(isFraction) && (multiLabel || isWhole(scores)) ? 'probabilities' : 'logits';
}

/** Nothing tells a logit of 0.3 from a probability of 0.3. */
export function unknownMeaning({ modelId }: ModelPackage, output: string): CareError {
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${modelId}: the one score of output ${output} can be a logit or a probability, and nothing tells which`,
    {
      remedy:
        'State it in the manifest: `"postprocessing": { "decoder": "logits" }`, or "probabilities" for a model that ends in sigmoid.',
    },
  );
}

function isWhole(scores: Float32Array): boolean {
  const sum = scores.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) <= ROUNDING;
}

function isFraction(value: number): boolean {
  return value >= -ROUNDING && value <= 1 + ROUNDING;
}

/** @throws CareError MODEL_INCOMPATIBLE when numbers that should be probabilities are not */
export function checkProbabilities(scores: Float32Array, model: ModelPackage, output: string): void {
  const wrong = scores.findIndex((value) => !isFraction(value));
  if (wrong === -1) return;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: output ${output} should hold probabilities, and class ${wrong} has ${scores[wrong]}`,
    {
      remedy: 'State what it holds: `"postprocessing": { "decoder": "logits" }` in the manifest.',
    },
  );
}
