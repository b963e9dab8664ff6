import type { FlatChannel, Judgement, OutputAgreement, Verdict } from './output-agreement.js';
import { coarseScale, collapsedText } from './collapsed-channels.js';
import type { TensorTolerance } from './tensor-tolerance.js';

/**
 * What the numbers alone say. Broken: an output is missing or of another rank, numbers that are not finite where the reference's are, a
 * channel that holds one single number where the reference tells things apart. Differs: another type or shape, or more numbers beyond
 * tolerance than it allows. A half-precision output where the reference has floats counts as the same type, and names do not count.
 */
export function judgeOutputs(outputs: readonly OutputAgreement[], tolerance: TensorTolerance): Judgement {
  const found = outputs.flatMap((output) => judgeOutput(output, tolerance));
  const verdict = (['broken', 'differs'] as const).find((one) => found.some(([said]) => said === one));
  return { verdict: verdict ?? 'agrees', reasons: found.map(([, reason]) => reason) };
}

type Finding = readonly [verdict: Exclude<Verdict, 'agrees'>, reason: string];

function judgeOutput(output: OutputAgreement, tolerance: TensorTolerance): Finding[] {
  const { name, reference, candidate, brokenNumbers, elements } = output;
  if (reference === undefined) return [['differs', `output ${name} is not there in the reference`]];
  if (candidate === undefined) return [['broken', `output ${name} of the reference is missing`]];
  const findings = structureFindings(output);
  if (brokenNumbers > 0) {
    const half = candidate.type === 'float16' ? ' (half precision ends at 65504)' : '';
    findings.push([
      'broken',
      `output ${name}: ${brokenNumbers} of ${elements} numbers are NaN or infinite where the reference's are finite${half}`,
    ]);
  }
  findings.push(...collapseFindings(output));
  const share = elements === 0 ? 0 : output.beyond / elements;
  if (share > tolerance.share) findings.push(['differs', beyondText(output, tolerance, share)]);
  return findings;
}

function structureFindings({ name, mismatches, reference, candidate }: OutputAgreement): Finding[] {
  if (reference === undefined || candidate === undefined) return [];
  const findings: Finding[] = [];
  if (mismatches.includes('shape')) {
    const verdict = reference.dims.length === candidate.dims.length ? 'differs' : 'broken';
    findings.push([
      verdict,
      `output ${name} is [${candidate.dims.join(', ')}], the reference's [${reference.dims.join(', ')}]`,
    ]);
  }
  if (mismatches.includes('length')) {
    findings.push(['broken', `output ${name} does not hold as many numbers as its shape says`]);
  }
  const floats = [reference.type, candidate.type].every((type) => type.startsWith('float'));
  if (mismatches.includes('type') && !floats) {
    findings.push(['differs', `output ${name} is ${candidate.type}, the reference's ${reference.type}`]);
  }
  return findings;
}

function collapseFindings(output: OutputAgreement): Finding[] {
  const lost = (flat: readonly FlatChannel[] = []): FlatChannel[] =>
    flat.filter(({ collapsed }) => collapsed);
  const inCandidate = lost(output.channels?.flat.candidate);
  const inReference = lost(output.channels?.flat.reference);
  const findings: Finding[] = [];
  if (inCandidate.length > 0) {
    const scale = coarseScale(output.candidate, inCandidate);
    const why = scale === undefined ? '' : `: ${scale}`;
    findings.push([
      'broken',
      `output ${output.name}: ${collapsedText(output, inCandidate, 'the reference')}${why}`,
    ]);
  }
  if (inReference.length > 0) {
    findings.push([
      'differs',
      `the reference itself looks broken: output ${output.name}: ${collapsedText(output, inReference, 'the other')}`,
    ]);
  }
  return findings;
}

function beyondText(
  { name, beyond, elements, errors, firstBeyond }: OutputAgreement,
  { absolute, relative }: TensorTolerance,
  share: number,
): string {
  if (errors === undefined) {
    const { element = 0, reference = '', candidate = '' } = firstBeyond ?? {};
    const first = `element ${element} is ${JSON.stringify(candidate)}, expected ${JSON.stringify(reference)}`;
    return `output ${name}: ${beyond} of ${elements} values are not those of the reference, the first: ${first}`;
  }
  const percent = share >= 0.001 ? `${(100 * share).toFixed(1)} %` : `${beyond} of ${elements}`;
  const worst = errors.maxAbsolute.toPrecision(3);
  return `output ${name}: ${percent} of the numbers are further from the reference's than ${absolute} + ${relative} x their size; the greatest error is ${worst}`;
}
