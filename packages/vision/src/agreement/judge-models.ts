import type { ModelPackage } from '@care/registry-core';
import type { Judgement, PrecisionClass, SessionAgreement } from '@care/registry-core/agreement';
import { deadScores, lostScores } from './lost-scores.js';
import type { Findings, PredictionAgreement } from './model-agreement.js';

type ModelJudgement = Judgement & { readonly referenceFault?: string };

/**
 * Broken: no answer, numbers that are not finite, nothing found where the reference is sure of something, or less agreement than
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
  if (failure !== undefined) return { verdict: 'broken', reasons: [`cannot answer a picture: ${failure}`] };
  const dead = tensors.outputs.some(({ brokenNumbers }) => brokenNumbers > 0);
  if (dead) return { verdict: 'broken', reasons: tensors.reasons };
  const { agreement, reference, candidate, tolerance, measure } = predictions;
  if (agreement === undefined) return judgeNumbers(model, tensors);
  if (agreement < tolerance.broken && measure !== 'top-1') {
    if (candidate.count === 0) {
      const why = lostScores(model, tensors.outputs);
      const found = nothingFound(predictions, candidate, reference, 'the reference', why);
      const verdict = isSure(reference, predictions) ? 'broken' : 'differs';
      const more = why === undefined ? explained(model, tensors) : [];
      return { verdict, reasons: [found, ...more] };
    }
    if (reference.count === 0 && isSure(candidate, predictions)) {
      const why = deadScores(model, tensors.outputs);
      const fault = nothingFound(predictions, reference, candidate, 'another', why);
      return {
        verdict: 'differs',
        reasons: [`the reference looks broken: it ${fault}`],
        referenceFault: fault,
      };
    }
  }
  if (agreement < tolerance.broken) {
    return {
      verdict: 'broken',
      reasons: [agreementText(predictions, agreement), ...explained(model, tensors)],
    };
  }
  const reasons = [
    ...(agreement < tolerance.agreement ? [agreementText(predictions, agreement)] : []),
    ...(tensors.verdict === 'broken' || precision === 'fp32' ? tensors.reasons : []),
  ];
  return { verdict: reasons.length === 0 ? 'agrees' : 'differs', reasons };
}

function judgeNumbers(model: ModelPackage, tensors: SessionAgreement): ModelJudgement {
  const told = 'neither finds anything in these pictures, so only the numbers were compared';
  const { verdict } = tensors;
  const fault = deadScores(model, tensors.outputs);
  if (fault !== undefined)
    return { verdict, reasons: [`the reference looks broken: ${fault}`, told], referenceFault: fault };
  const reasons = verdict === 'broken' ? explained(model, tensors) : tensors.reasons;
  return { verdict, reasons: [...reasons, told] };
}

/** Something is found that no margin explains. */
function isSure({ bestConfidence = 0 }: Findings, { confidence, tolerance }: PredictionAgreement): boolean {
  return bestConfidence >= confidence + tolerance.margin;
}

function nothingFound(
  predictions: PredictionAgreement,
  blind: Findings,
  seeing: Findings,
  who: string,
  why: string | undefined,
): string {
  const found = `finds nothing in ${share(predictions)} where ${who} finds ${seeing.count} ${noun(seeing.count)}`;
  if (why !== undefined) return `${found}: ${why}`;
  const { bestConfidence: best } = blind;
  if (best === undefined) return `${found}: it is sure of nothing at all`;
  return `${found}: its best confidence is ${best.toFixed(2)} instead of ${(seeing.bestConfidence ?? 0).toFixed(2)}`;
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

const share = ({ telling, pictures }: PredictionAgreement): string =>
  `${telling} of ${pictures.length} ${pictures.length === 1 ? 'picture' : 'pictures'}`;
const noun = (count: number): string => (count === 1 ? 'object' : 'objects');
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
