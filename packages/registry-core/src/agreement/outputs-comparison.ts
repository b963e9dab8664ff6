import type { Tensor } from '../tensor.js';
import type { OutputAgreement } from './output-agreement.js';
import { OutputComparison, type NamedTensor } from './output-comparison.js';
import type { TensorTolerance } from './tensor-tolerance.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** Compares all outputs of two sides over any number of runs, paired by name. */
export class OutputsComparison {
  readonly #tolerance: TensorTolerance;
  readonly #outputs = new Map<string, OutputComparison>();
  #runs = 0;

  constructor(tolerance: TensorTolerance) {
    this.#tolerance = tolerance;
  }

  get runs(): number {
    return this.#runs;
  }

  /** The tensors are read before it returns. */
  add(reference: Tensors, candidate: Tensors): void {
    this.#runs++;
    const namesOf = new Map(partners(reference, candidate));
    for (const [name, other] of namesOf) this.#output(name).add(at(reference, name), at(candidate, other));
    const taken = new Set(namesOf.values());
    for (const name of Object.keys(candidate)) {
      if (!taken.has(name)) this.#output(name).add(undefined, at(candidate, name));
    }
  }

  /** In the order of the reference's outputs; what only the candidate has comes last. */
  result(): OutputAgreement[] {
    return [...this.#outputs.values()].map((output) => output.result());
  }

  #output(name: string): OutputComparison {
    const known = this.#outputs.get(name);
    if (known !== undefined) return known;
    const made = new OutputComparison(this.#tolerance);
    this.#outputs.set(name, made);
    return made;
  }
}

/** For each of the reference's names the candidate's: the same, or the only one left on either side. */
function partners(reference: Tensors, candidate: Tensors): [name: string, other: string][] {
  const left = Object.keys(reference).filter((name) => !Object.hasOwn(candidate, name));
  const right = Object.keys(candidate).filter((name) => !Object.hasOwn(reference, name));
  const [only] = left.length === 1 && right.length === 1 ? right : [];
  return Object.keys(reference).map((name) => [name, only !== undefined && name === left[0] ? only : name]);
}

function at(tensors: Tensors, name: string): NamedTensor | undefined {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  return tensor === undefined ? undefined : { name, tensor };
}
