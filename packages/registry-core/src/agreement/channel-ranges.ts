import type { ChannelAgreement, FlatChannel } from './output-agreement.js';

/** The axis of {@link ChannelAgreement.axis}. */
export function channelAxis(dims: readonly number[]): number | undefined {
  if (dims.length < 3) return undefined;
  const elements = dims.reduce((product, dim) => product * dim, 1);
  let axis: number | undefined;
  for (let at = 1; at < dims.length; at++) {
    const size = dims[at] ?? 0;
    if (size > 1 && size < (axis === undefined ? Infinity : (dims[axis] ?? 0))) axis = at;
  }
  return axis === undefined || dims[axis] === elements ? undefined : axis;
}

/** Least and greatest number of each channel on both sides, and how many pairs of it are beyond tolerance. */
export class ChannelRanges {
  readonly axis: number | undefined;
  readonly count: number;
  readonly #reference: Range[];
  readonly #candidate: Range[];
  readonly #beyond: Float64Array;

  constructor(dims: readonly number[]) {
    this.axis = channelAxis(dims);
    this.count = this.axis === undefined ? 1 : (dims[this.axis] ?? 1);
    const ranges = (): Range[] => Array.from({ length: this.count }, () => new Range());
    this.#reference = ranges();
    this.#candidate = ranges();
    this.#beyond = new Float64Array(this.count);
  }

  add(channel: number, reference: number, candidate: number, beyond: boolean): void {
    this.#reference[channel]?.add(reference);
    this.#candidate[channel]?.add(candidate);
    if (beyond) this.#beyond[channel] = (this.#beyond[channel] ?? 0) + 1;
  }

  result(): ChannelAgreement {
    return {
      ...(this.axis === undefined ? {} : { axis: this.axis }),
      count: this.count,
      flat: {
        reference: this.#flat(this.#reference, this.#candidate),
        candidate: this.#flat(this.#candidate, this.#reference),
      },
    };
  }

  #flat(ranges: readonly Range[], others: readonly Range[]): FlatChannel[] {
    return ranges.flatMap((range, channel) => {
      const other = others[channel];
      if (other === undefined || range.least !== range.greatest) return [];
      const collapsed = other.least < other.greatest && (this.#beyond[channel] ?? 0) > 0;
      return [{ channel, value: range.least, other: [other.least, other.greatest], collapsed }];
    });
  }
}

class Range {
  least = Infinity;
  greatest = -Infinity;

  add(value: number): void {
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }
}
