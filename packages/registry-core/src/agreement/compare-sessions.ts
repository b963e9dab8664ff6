import { CareError } from '../errors/care-error.js';
import type { Tensor } from '../tensor.js';
import { judgeOutputs } from './judge-outputs.js';
import type { Judgement, OutputAgreement } from './output-agreement.js';
import { OutputsComparison } from './outputs-comparison.js';
import { coarsestPrecision, TENSOR_TOLERANCES, type TensorTolerance } from './tensor-tolerance.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** What can be run on tensors: an `InferenceSession`, or a `Model` of `@care/model-manager`. */
export type TensorRunner =
  | { run(inputs: Tensors): Promise<Tensors> }
  | { infer(inputs: Tensors): Promise<{ readonly outputs: Tensors }> };

export interface CompareOptions {
  /** Precision of the two, or the coarser of them (`fp32`, `fp16`, `int8`); `fp32` when absent. */
  readonly precision?: string;
  /** Instead of what `TENSOR_TOLERANCES` has for the precision, each for itself. */
  readonly tolerance?: Partial<TensorTolerance>;
}

export interface SessionAgreement extends Judgement {
  readonly runs: number;
  readonly outputs: readonly OutputAgreement[];
  /** In force. */
  readonly tolerance: TensorTolerance;
}

/**
 * Runs both on the same inputs, one run after the other, and compares what they give.
 * @param a the reference
 * @param b the candidate
 * @param inputs of one run or several
 * @throws CareError INPUT_INVALID (no inputs), and what `run` and `infer` throw
 */
export async function compareSessions(
  a: TensorRunner,
  b: TensorRunner,
  inputs: Tensors | readonly Tensors[],
  options: CompareOptions = {},
): Promise<SessionAgreement> {
  const runs = isList(inputs) ? inputs : [inputs];
  if (runs.length === 0) throw new CareError('INPUT_INVALID', 'there are no inputs to compare sessions on');
  const comparison = new OutputsComparison(tensorTolerance(options));
  for (const feeds of runs) {
    const reference = await runTensors(a, feeds);
    // A session may use its output buffers again.
    const kept = a === b ? structuredClone(reference) : reference;
    comparison.add(kept, await runTensors(b, feeds));
  }
  return agreementOf(comparison, options);
}

/** The outputs of one run that are there already. @param reference what is right */
export function compareOutputs(
  reference: Tensors,
  candidate: Tensors,
  options: CompareOptions = {},
): SessionAgreement {
  const comparison = new OutputsComparison(tensorTolerance(options));
  comparison.add(reference, candidate);
  return agreementOf(comparison, options);
}

/** The tolerance that the options mean. */
export function tensorTolerance({ precision, tolerance }: CompareOptions): TensorTolerance {
  const byPrecision = TENSOR_TOLERANCES[coarsestPrecision(...(precision === undefined ? [] : [precision]))];
  return { ...byPrecision, ...tolerance };
}

function agreementOf(comparison: OutputsComparison, options: CompareOptions): SessionAgreement {
  const tolerance = tensorTolerance(options);
  const outputs = comparison.result();
  return { ...judgeOutputs(outputs, tolerance), runs: comparison.runs, outputs, tolerance };
}

async function runTensors(runner: TensorRunner, inputs: Tensors): Promise<Tensors> {
  return 'run' in runner ? await runner.run(inputs) : (await runner.infer(inputs)).outputs;
}

function isList(inputs: Tensors | readonly Tensors[]): inputs is readonly Tensors[] {
  return Array.isArray(inputs);
}
