import type { Dataset } from '@care/vision';
import type { GridOptions } from '../candidates/candidate-spec.js';
import type { SamplePictures } from '../candidates/sample-pictures.js';
import type { CandidateSpec, ImpossibleCandidate } from '../candidates/candidate-spec.js';
import type { Profile } from '../profile/profile.js';
import type { ProfileStore } from '../profile/profile-store.js';
import type { Constraints } from '../selection/constraints.js';
import type { Objective } from '../selection/objective.js';

export interface BenchProgress {
  readonly phase: 'open' | 'accuracy' | 'warm-up' | 'rounds' | 'levels';
  readonly done: number;
  readonly total: number;
  /** Milliseconds until this phase is likely to end, when that can be told. */
  readonly leftMs?: number;
}

export interface BenchOptions extends GridOptions {
  /** Model references; models of one task are compared with one another. */
  readonly references: readonly string[];
  /** What every candidate is called with. Default: a synthetic frame. */
  readonly pictures?: SamplePictures;
  /** Labelled pictures to measure the accuracy on, by task; opened by `openDataset`. */
  readonly dataset?: { readonly data: Dataset; readonly limit?: number };
  /** That the runs must carry; default 95. */
  readonly percentile?: number;
  /** Bounds of the median within this share of it; default 0.03. */
  readonly precision?: number;
  /** Milliseconds for the rounds of all candidates together; opening, accuracy and throughput come on top. Default 60 000. */
  readonly budgetMs?: number;
  /** `exhaustive` (default), or successive halving towards an objective: the others are measured no longer than it takes to give them up. */
  readonly search?: 'exhaustive' | { readonly objective: Objective; readonly constraints?: Constraints };
  /** Throughput, with calls waiting; default true. */
  readonly levels?: boolean;
  /** Where profiles are kept; nothing is kept when absent. */
  readonly store?: ProfileStore;
  /** Measure again what a valid profile of the store tells; default false. */
  readonly fresh?: boolean;
  /** Processes that are open at the same time; default 16. More candidates are measured in several blocks. */
  readonly maxProcesses?: number;
  /** What was measured when it is aborted is kept. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BenchProgress) => void;
}

/** A candidate that could not be opened, or failed while it was measured. */
export interface FailedCandidate {
  readonly spec: CandidateSpec;
  readonly error: unknown;
}

export interface BenchOutcome {
  /** In the order of the grid: measured now, or taken from the store. */
  readonly profiles: readonly Profile[];
  /** Keys of those that were taken from the store. */
  readonly reused: ReadonlySet<string>;
  readonly failed: readonly FailedCandidate[];
  readonly impossible: readonly ImpossibleCandidate[];
  /** Candidates that were not begun when it was interrupted. */
  readonly unmeasured: readonly CandidateSpec[];
  readonly interrupted: boolean;
  /** Milliseconds of the fixed piece of work, round by round. */
  readonly referenceTimes: readonly number[];
  /** Blocks of candidates that were measured one after the other; only within one do rounds cancel what the machine does. */
  readonly blocks: number;
  readonly elapsedMs: number;
}
