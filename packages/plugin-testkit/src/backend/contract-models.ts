import type { LoadedModel, Tensor } from '@care/registry-core';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A small model and what it must answer; the expected numbers are worked out by hand, not by an engine. */
export interface ModelCase {
  readonly name: string;
  readonly model: LoadedModel;
  /** Feeds and answers, run one after the other in one session. */
  readonly runs: readonly { readonly inputs: Tensors; readonly outputs: Tensors }[];
  /** Greatest allowed absolute difference; default 0. */
  readonly tolerance?: number;
  /** True: the backend may refuse it with MODEL_INCOMPATIBLE or UNSUPPORTED (an element type that it does not know). */
  readonly optional?: boolean;
}

/** The models a backend is checked with. For the format `onnx` the suite brings its own. */
export interface ContractModels {
  /**
   * One float32 input `x` and one float32 output `y` = x + x, both of the shape [n, 2] with dynamic n. Opened for all
   * checks of inputs, errors and life cycle.
   */
  readonly doubling: LoadedModel;
  readonly cases: readonly ModelCase[];
  /** Files that must be ARTIFACT_CORRUPT. */
  readonly corrupt: readonly { readonly name: string; readonly model: LoadedModel }[];
  /** A model whose weights are in external data, and the same without them (ARTIFACT_MISSING). */
  readonly external?: { readonly whole: ModelCase; readonly missing: LoadedModel };
}
