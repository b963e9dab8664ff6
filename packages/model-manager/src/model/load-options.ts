import type { FetchProgress } from '@care/registry-core';
import type { Wishes } from '../negotiation/wishes.js';

/** How a model is to be run. `prefer`, `require`, `forbid` and `minPrecision` say what of its variants, backends and devices is wanted. */
export interface LoadOptions extends Wishes {
  /** `thread` (default): worker threads; `process`: child processes, a crash costs one worker and memory returns to the system. */
  readonly isolation?: 'thread' | 'process';
  /** Workers of this model; default 1. */
  readonly replicas?: number;
  /** Intra-op threads of each worker; the engine's default when absent. */
  readonly threads?: number;
  /** Short for `require: { backend }`: by name. */
  readonly backend?: string;
  /** Short for `require: { variant }`: by id. */
  readonly variant?: string;
  /** Short for `require: { device }`. */
  readonly device?: string;
  /**
   * Most images of one call that are run together when the model's batch dimension is open; default 8. More may be faster on a
   * GPU, takes more memory and answers later.
   */
  readonly maxBatch?: number;
  /** Requests that may wait; the next is rejected with OVERLOADED. Default 64. */
  readonly queueLimit?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds until the model must be ready, downloads not counted; default 120 000. */
  readonly timeoutMs?: number;
  /** Milliseconds that a request which timed out or was cancelled may still occupy its worker before that is replaced; default 30 000. */
  readonly stuckAfterMs?: number;
  /** Bytes of all files of the variant together; default 2 GiB. */
  readonly maxModelBytes?: number;
  /** False: the probe pictures of the package are not asked before the model is ready, only a grey one; to find out what is wrong. Default true. */
  readonly probes?: boolean;
  readonly onProgress?: (progress: FetchProgress) => void;
}
