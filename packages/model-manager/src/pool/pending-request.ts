import type { Transferable } from 'node:worker_threads';
import { CareError } from '@care/registry-core';
import type { WorkerAnswer, WorkerTask } from '../worker/worker-protocol.js';

export interface RequestInput {
  readonly task: WorkerTask;
  readonly transfer: readonly Transferable[];
  readonly signal?: AbortSignal | undefined;
  /** On the clock of `performance.now()`. */
  readonly calledAt: number;
  /** Milliseconds after `calledAt`. */
  readonly timeoutMs?: number | undefined;
}

export interface RequestOutcome {
  readonly answer: WorkerAnswer;
  /** Buffers of raw frames. */
  readonly returned: readonly ArrayBuffer[];
  /** Milliseconds from call to dispatch. */
  readonly queueMs: number;
}

/** Images that are run together, or tensors, on the way through a pool. Settles once; cancellation and deadline settle it wherever it is. */
export class PendingRequest {
  readonly input: RequestInput;
  readonly outcome: Promise<RequestOutcome>;
  #settled = false;
  #queueMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #resolve: (outcome: RequestOutcome) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  readonly #onSettled: (request: PendingRequest) => void;

  constructor(input: RequestInput, onSettled: (request: PendingRequest) => void) {
    this.input = input;
    this.#onSettled = onSettled;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#watch();
  }

  get settled(): boolean {
    return this.#settled;
  }

  dispatched(): void {
    this.#queueMs = performance.now() - this.input.calledAt;
  }

  answer(answer: WorkerAnswer, returned: readonly ArrayBuffer[]): void {
    if (this.#finish()) this.#resolve({ answer, returned, queueMs: this.#queueMs });
  }

  fail(error: unknown): void {
    if (this.#finish()) this.#reject(error);
  }

  #watch(): void {
    const { signal, timeoutMs, calledAt } = this.input;
    if (signal?.aborted === true) {
      this.#onAbort();
      return;
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (timeoutMs === undefined) return;
    const left = Math.max(0, calledAt + timeoutMs - performance.now());
    this.#timer = setTimeout(() => {
      this.fail(new CareError('TIMEOUT', `no answer within ${timeoutMs} ms`, { details: { timeoutMs } }));
    }, left);
  }

  readonly #onAbort = (): void => {
    const cause: unknown = this.input.signal?.reason;
    this.fail(new CareError('ABORTED', 'the request was cancelled', { cause }));
  };

  #finish(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.input.signal?.removeEventListener('abort', this.#onAbort);
    this.#onSettled(this);
    return true;
  }
}
