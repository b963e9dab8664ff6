import { CareError, isCareError, type CareErrorCode, type ModelPackage } from '@care/registry-core';
import type { Candidate, CandidateVerdict } from './negotiation.js';
import { describe, type RankedCandidate } from './rank-candidates.js';

/** What says that this way of running the model does not work, while another may. */
const NEXT_MAY_WORK: readonly CareErrorCode[] = [
  'BACKEND_UNAVAILABLE',
  'MODEL_INCOMPATIBLE',
  'INFERENCE_FAILED',
  'PROBE_FAILED',
  'WORKER_CRASHED',
  // Its files cannot be brought now; those of another variant may be here.
  'OFFLINE',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_TIMEOUT',
];

/** What was made of a candidate, and what became of all of them. */
export interface Attempted<T> {
  readonly opened: T;
  readonly verdicts: readonly CandidateVerdict[];
}

/**
 * Opens the candidates in their order until one can be used; one that cannot is skipped with its reason.
 * @throws what `open` throws when it is no matter of the candidate; the failure itself when there was one candidate;
 * CareError with every reason when there were several, or none
 */
export async function openFirst<T>(
  model: ModelPackage,
  ranked: readonly RankedCandidate[],
  signal: AbortSignal,
  open: (candidate: Candidate) => Promise<T>,
  onSkipped: (verdict: CandidateVerdict) => void,
): Promise<Attempted<T>> {
  const verdicts = ranked.map(({ verdict }) => verdict);
  const failures: CareError[] = [];
  for (const [index, { candidate, verdict }] of ranked.entries()) {
    if (verdict.verdict !== 'eligible') continue;
    try {
      const opened = await open(candidate);
      verdicts[index] = { ...verdict, verdict: 'chosen' };
      return { opened, verdicts };
    } catch (error) {
      if (signal.aborted || !isCareError(error, ...NEXT_MAY_WORK)) throw error;
      failures.push(error);
      const failed = { ...verdict, ...describe(candidate, 'failed', `${error.code}: ${error.message}`) };
      verdicts[index] = failed;
      onSkipped(failed);
    }
  }
  const [first, ...others] = failures;
  if (first !== undefined && others.length === 0) throw first;
  throw nothingOpens(model, verdicts, failures);
}

function nothingOpens(
  model: ModelPackage,
  verdicts: readonly CandidateVerdict[],
  failures: readonly CareError[],
): CareError {
  const [first] = failures;
  const formats = [...new Set(model.variants.map(({ format }) => format))].join(', ');
  const said = verdicts.length === 0 ? 'no backend is installed' : verdicts.map(tell).join('; ');
  const code = failures.every((failure) => failure.code === first?.code) ? first?.code : undefined;
  const remedy =
    verdicts.length === 0
      ? 'Install a backend for one of these formats, e.g. `npm install @care/backend-ort` for onnx.'
      : first?.remedy;
  return new CareError(
    code ?? 'BACKEND_UNAVAILABLE',
    `no backend opens "${model.modelId}" (${formats}): ${said}`,
    {
      ...(remedy === undefined ? {} : { remedy }),
      details: { model: model.modelId, candidates: verdicts.map((verdict) => ({ ...verdict })) },
      ...(first === undefined ? {} : { cause: first }),
    },
  );
}

function tell({ variant, backend, device, reason }: CandidateVerdict): string {
  return `${variant} with ${backend}${device === undefined ? '' : ` on ${device}`}: ${reason}`;
}
