import type { Tensor } from '../tensor.js';
import { ChannelRanges } from './channel-ranges.js';
import { ErrorSums } from './error-sums.js';
import type { OutputAgreement, OutputFacts, OutputMismatch } from './output-agreement.js';
import { bigDifferences, elementCount, tensorNumbers, type Numbers } from './tensor-elements.js';
import type { TensorTolerance } from './tensor-tolerance.js';
import { ValueLevels } from './value-levels.js';

/** Compares one output over any number of runs. */
export class OutputComparison {
  readonly #tolerance: TensorTolerance;
  readonly #reference = new Side();
  readonly #candidate = new Side();
  readonly #mismatches = new Set<OutputMismatch>();
  readonly #errors = new ErrorSums();
  #channels: ChannelRanges | undefined;
  #runs = 0;
  #elements = 0;
  #unequal = 0;
  #beyond = 0;
  #brokenNumbers = 0;
  #firstBeyond: OutputAgreement['firstBeyond'];

  constructor(tolerance: TensorTolerance) {
    this.#tolerance = tolerance;
  }

  /** Undefined: that side has no such output. */
  add(reference: NamedTensor | undefined, candidate: NamedTensor | undefined): void {
    const numbers = this.#reference.add(reference);
    const others = this.#candidate.add(candidate);
    const run = this.#runs++;
    if (reference === undefined || candidate === undefined) {
      this.#mismatches.add('missing');
      return;
    }
    if (!this.#fit(reference, candidate)) return;
    if (numbers === undefined || others === undefined) {
      this.#addTexts(reference.tensor, candidate.tensor, run);
    } else {
      const exact = bigDifferences(reference.tensor, candidate.tensor);
      this.#addNumbers(numbers, others, exact, reference.tensor.dims, run);
    }
  }

  result(): OutputAgreement {
    const reference = this.#reference.facts();
    const candidate = this.#candidate.facts();
    const errors = this.#errors.result();
    return {
      name: reference?.name ?? candidate?.name ?? '',
      ...(reference === undefined ? {} : { reference }),
      ...(candidate === undefined ? {} : { candidate }),
      mismatches: [...this.#mismatches],
      elements: this.#elements,
      unequal: this.#unequal,
      beyond: this.#beyond,
      ...(this.#firstBeyond === undefined ? {} : { firstBeyond: this.#firstBeyond }),
      brokenNumbers: this.#brokenNumbers,
      ...(errors === undefined ? {} : { errors }),
      ...(this.#channels === undefined ? {} : { channels: this.#channels.result() }),
    };
  }

  /** Notes what does not fit, and tells whether the data can be compared. */
  #fit(reference: NamedTensor, candidate: NamedTensor): boolean {
    if (reference.name !== candidate.name) this.#mismatches.add('name');
    const [a, b] = [reference.tensor, candidate.tensor];
    if (a.type !== b.type) this.#mismatches.add('type');
    const oneIsText = (a.type === 'string') !== (b.type === 'string');
    const sameShape = a.dims.length === b.dims.length && a.dims.every((dim, axis) => dim === b.dims[axis]);
    if (!sameShape) this.#mismatches.add('shape');
    const whole = [a, b].every(({ dims, data }) => data.length === elementCount(dims));
    if (!whole) this.#mismatches.add('length');
    return !oneIsText && sameShape && whole;
  }

  #addTexts(reference: Tensor, candidate: Tensor, run: number): void {
    this.#elements += reference.data.length;
    for (let i = 0; i < reference.data.length; i++) {
      if (reference.data[i] === candidate.data[i]) continue;
      this.#unequal++;
      this.#noteBeyond(run, i, String(reference.data[i]), String(candidate.data[i]));
    }
  }

  #addNumbers(
    reference: Numbers,
    candidate: Numbers,
    exact: Float64Array | undefined,
    dims: readonly number[],
    run: number,
  ): void {
    const channels = (this.#channels ??= new ChannelRanges(dims));
    const { axis, count } = channels;
    const inner = axis === undefined ? Infinity : elementCount(dims.slice(axis + 1));
    const { absolute, relative } = this.#tolerance;
    this.#elements += reference.length;
    for (let i = 0; i < reference.length; i++) {
      const from = reference[i] ?? NaN;
      const to = candidate[i] ?? NaN;
      const error = exact === undefined ? Math.abs(to - from) : Math.abs(exact[i] ?? NaN);
      const same = exact === undefined ? Object.is(from, to) || from === to : error === 0;
      if (!same) this.#unequal++;
      const finite = Number.isFinite(from) && Number.isFinite(to);
      if (finite) this.#errors.add(error, from);
      else if (Number.isFinite(from)) this.#brokenNumbers++;
      const beyond = !same && !(finite && error <= absolute + relative * Math.abs(from));
      if (beyond) this.#noteBeyond(run, i, String(from), String(to));
      channels.add(axis === undefined ? 0 : Math.floor(i / inner) % count, from, to, beyond);
    }
  }

  #noteBeyond(run: number, element: number, reference: string, candidate: string): void {
    this.#beyond++;
    this.#firstBeyond ??= { run, element, reference, candidate };
  }
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What one side gives under a name. */
class Side {
  readonly #levels = new ValueLevels();
  #last: Pick<OutputFacts, 'name' | 'type' | 'dims'> | undefined;
  #nonFinite = 0;

  add(given: NamedTensor | undefined): Numbers | undefined {
    if (given === undefined) return undefined;
    const { type, dims } = given.tensor;
    this.#last = { name: given.name, type, dims: [...dims] };
    const numbers = tensorNumbers(given.tensor);
    if (numbers === undefined || !type.startsWith('float')) return numbers;
    this.#levels.add(numbers);
    for (const value of numbers) if (!Number.isFinite(value)) this.#nonFinite++;
    return numbers;
  }

  facts(): OutputFacts | undefined {
    if (this.#last === undefined) return undefined;
    const levels = this.#levels.result();
    return { ...this.#last, nonFinite: this.#nonFinite, ...(levels === undefined ? {} : { levels }) };
  }
}
