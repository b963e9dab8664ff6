import type { TensorDataType } from '../tensor.js';

export type Verdict = 'agrees' | 'differs' | 'broken';

/** A verdict with its reasons in plain words; none when all is well. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/**
 * - `missing`: only one side has an output of this name
 * - `name`: it is the one output of either side without a partner, so they were compared
 * - `type`: numbers of another element type, compared by what they stand for; text and numbers are not compared
 * - `shape`: not compared
 * - `length`: the data is not as long as the shape says, not compared
 */
export type OutputMismatch = 'missing' | 'name' | 'type' | 'shape' | 'length';

/** What one side gave under a name, as it was in the last run. */
export interface OutputFacts {
  readonly name: string;
  readonly type: TensorDataType;
  readonly dims: readonly number[];
  /** NaN and infinities, over all runs. */
  readonly nonFinite: number;
  /**
   * Present when a float output of more than 1024 numbers holds at most 256 different ones: what one 8-bit scale leaves. `step` is the
   * least distance between two of them.
   */
  readonly levels?: { readonly count: number; readonly step: number };
}

/** Over all pairs of finite numbers. */
export interface ErrorFigures {
  readonly maxAbsolute: number;
  readonly meanAbsolute: number;
  /** |candidate - reference| / max(|reference|, 1e-3): below a thousandth, of a pixel or of a score, differences count as absolute ones. */
  readonly maxRelative: number;
  readonly meanRelative: number;
}

/** A channel that holds one single number on one side, in all runs. */
export interface FlatChannel {
  readonly channel: number;
  readonly value: number;
  /** Least and greatest number on the other side. */
  readonly other: readonly [least: number, greatest: number];
  /** True when the other side varies there, beyond tolerance: what it says is lost. */
  readonly collapsed: boolean;
}

export interface ChannelAgreement {
  /**
   * The axis whose places are told apart: the shortest of more than one place after the first axis, which is 1 for `[1, 84, 8400]` and
   * 2 for `[1, 8400, 85]`. Undefined for outputs of less than three axes or one number a channel: the whole output is the channel.
   */
  readonly axis?: number;
  readonly count: number;
  readonly flat: { readonly reference: readonly FlatChannel[]; readonly candidate: readonly FlatChannel[] };
}

/** How one output of a candidate agrees with the reference's, over all runs. Plain JSON. */
export interface OutputAgreement {
  /** The reference's name, or the candidate's when the reference has none. */
  readonly name: string;
  readonly reference?: OutputFacts;
  readonly candidate?: OutputFacts;
  readonly mismatches: readonly OutputMismatch[];
  /** Pairs that were compared. */
  readonly elements: number;
  /** Pairs that are not the same number or text; two NaN are the same. */
  readonly unequal: number;
  /** Pairs beyond tolerance; for text those that are unequal. */
  readonly beyond: number;
  readonly firstBeyond?: {
    readonly run: number;
    readonly element: number;
    readonly reference: string;
    readonly candidate: string;
  };
  /** Pairs of which only the candidate's number is not finite. */
  readonly brokenNumbers: number;
  /** Undefined when no pair of finite numbers was compared. */
  readonly errors?: ErrorFigures;
  readonly channels?: ChannelAgreement;
}
