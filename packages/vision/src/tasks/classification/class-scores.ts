import { CareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import type { ModelContext } from '../model-context.js';
import { outputNumbers } from '../tensor-numbers.js';
import { sigmoid, softmax } from './activations.js';
import { outputScale } from './quantised-output.js';
import { checkProbabilities, meaningOfNumbers, statedMeaning, unknownMeaning } from './score-meaning.js';
import { checkScoreCount, isSingleScore, scoreOutput } from './score-output.js';

/** Confidences 0..1 by class id of one image; reused by the next call. */
export type ReadScores = (outputs: Readonly<Record<string, Tensor>>, multiLabel: boolean) => Float64Array;

/**
 * How the class scores of a model are read: which output, what its numbers mean, and what makes confidences of them. A single
 * score is that of the last class; of two classes the first has the rest.
 * @throws CareError MODEL_INCOMPATIBLE. What it returns throws MODEL_INCOMPATIBLE (shape or meaning are not as stated) and
 * INFERENCE_FAILED (numbers that are not finite)
 */
export function classScores(context: ModelContext): ReadScores {
  const { model } = context;
  const output = scoreOutput(context);
  const { name } = output;
  const stated = statedMeaning(context, name);
  if (stated === undefined && isSingleScore(output)) throw unknownMeaning(model, name);
  const quantised = outputScale(context, output);
  const confidences = new Float64Array(model.classNames.length);
  return (outputs, multiLabel) => {
    const { data: stored, dims } = outputNumbers(outputs, name);
    checkScoreCount(model, name, dims);
    const data =
      quantised === undefined
        ? stored
        : stored.map((value) => (value - quantised.zeroPoint) * quantised.scale);
    checkFinite(data, name);
    const meaning = stated ?? meaningOfNumbers(data, multiLabel, model, name);
    if (meaning === 'probabilities') {
      checkProbabilities(data, model, name);
      data.forEach((value, classId) => (confidences[classId] = Math.max(0, Math.min(1, value))));
    } else if (meaning === 'sigmoid' || data.length === 1 || (meaning === 'logits' && multiLabel)) {
      data.forEach((value, classId) => (confidences[classId] = sigmoid(value)));
    } else {
      softmax(data, confidences);
    }
    if (data.length === 1 && confidences.length === 2) {
      const [yes = 0] = confidences;
      confidences[0] = 1 - yes;
      confidences[1] = yes;
    }
    return confidences;
  };
}

/** A class that is masked out has the logit -Infinity; anything else that is not finite spoils all classes. */
function checkFinite(data: Float32Array, name: string): void {
  const wrong = data.findIndex((value) => !(value < Infinity));
  if (wrong === -1 && data.some((value) => value > -Infinity)) return;
  const found = wrong === -1 ? 'all -Infinity' : `${data[wrong]} for class ${wrong}`;
  throw new CareError('INFERENCE_FAILED', `output ${name} has scores that are not finite: ${found}`, {
    remedy:
      'Check the model: half precision or quantisation overflows in some exports; a picture that is not what the model expects does it, too.',
  });
}
