import type { ModelPackage } from '@care/registry-core';
import type { Judgement, PrecisionClass, SessionAgreement } from '@care/registry-core/agreement';
import { lostScores } from './lost-scores.js';
import type { PredictionAgreement } from './model-agreement.js';

type ModelJudgement = Judgement & { readonly referenceSuspect: boolean };

/**
 * Broken: no answer, numbers that are not finite, nothing found where the reference finds something, or less agreement than
 * `broken`. Differs: less agreement than the tolerance asks for, or, in full precision, numbers beyond tolerance. Where predictions
 * agree in a coarser precision, single numbers do not count; where neither finds anything, only numbers do.
 * @param failure why the candidate gave no answer
 */
export function judgeModels(
  model: ModelPackage,
  precision: PrecisionClass,
  predictions: PredictionAgreement,
  tensors: SessionAgreement,
  failure: string | undefined,
): ModelJudgement {
  const judged = (verdict: Judgement['verdict'], reasons: readonly string[], referenceSuspect = false) => ({
    verdict,
    reasons,
    referenceSuspect,
  });
  if (failure !== undefined) return judged('broken', [`cannot answer a picture: ${failure}`]);
  const dead = tensors.outputs.some(({ brokenNumbers }) => brokenNumbers > 0);
  if (dead) return judged('broken', tensors.reasons);
  const { agreement, reference, candidate, tolerance, measure } = predictions;
  if (agreement === undefined) {
    const told = 'neither finds anything in these pictures, so only the numbers were compared';
    return judged(tensors.verdict, [...tensors.reasons, told], referenceIsFlat(tensors));
  }
  if (measure !== 'top-1' && candidate.count === 0 && agreement < tolerance.broken) {
    return judged('broken', [nothingFound(model, predictions, tensors)]);
  }
  if (measure !== 'top-1' && reference.count === 0 && agreement < tolerance.broken) {
    const found = `${candidate.count} ${noun(candidate.count)} in ${share(predictions)}`;
    return judged(
      'differs',
      [`finds ${found} where the reference finds nothing: the reference looks broken`],
      true,
    );
  }
  if (agreement < tolerance.broken) {
    return judged('broken', [agreementText(predictions, agreement), ...explained(model, tensors)]);
  }
  const reasons = agreement < tolerance.agreement ? [agreementText(predictions, agreement)] : [];
  const collapsed = tensors.verdict === 'broken' || precision === 'fp32' ? tensors.reasons : [];
  const all = [...reasons, ...collapsed];
  return judged(all.length === 0 ? 'agrees' : 'differs', all, referenceIsFlat(tensors));
}

function nothingFound(
  model: ModelPackage,
  predictions: PredictionAgreement,
  tensors: SessionAgreement,
): string {
  const { reference, candidate } = predictions;
  const [why] = explained(model, tensors);
  const best = candidate.bestConfidence;
  const sure =
    best === undefined
      ? 'it is sure of nothing at all'
      : `its best confidence is ${best.toFixed(2)}, the reference's ${(reference.bestConfidence ?? 0).toFixed(2)}`;
  return `finds nothing in ${share(predictions)} where the reference finds ${reference.count} ${noun(reference.count)}: ${why ?? sure}`;
}

/** What the numbers say of it: lost class scores in plain words, else the tensors' own reasons. */
function explained(model: ModelPackage, tensors: SessionAgreement): readonly string[] {
  const scores = lostScores(model, tensors.outputs);
  if (scores !== undefined) return [scores];
  return tensors.verdict === 'broken' ? tensors.reasons : [];
}

function agreementText(
  { measure, reference, candidate, telling, pictures, tolerance }: PredictionAgreement,
  agreement: number,
): string {
  if (measure === 'top-1') {
    const other = pictures.filter((picture) => picture.agreement < 1).length;
    return `names another class in ${other} of ${telling} pictures`;
  }
  const counts = `finds ${candidate.count} ${noun(candidate.count)} where the reference finds ${reference.count}`;
  return `${counts}; they agree to ${percent(agreement)} (${measure}), ${percent(tolerance.agreement)} are wanted`;
}

function referenceIsFlat({ outputs }: SessionAgreement): boolean {
  return outputs.some(({ channels }) => channels?.flat.reference.some(({ collapsed }) => collapsed) === true);
}

const share = ({ telling, pictures }: PredictionAgreement): string =>
  `${telling} of ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}`;
const noun = (count: number): string => (count === 1 ? 'object' : 'objects');
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
