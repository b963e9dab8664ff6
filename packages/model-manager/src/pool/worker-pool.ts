import { CareError, serializeError, type Logger } from '@care/registry-core';
import type { StartWorker } from '../transport/worker-transport.js';
import type { OpenedModel, OpenRequest } from '../worker/worker-protocol.js';
import { PendingRequest, type RequestInput, type RequestOutcome } from './pending-request.js';
import { PoolWorker } from './pool-worker.js';
import { RequestQueue } from './request-queue.js';
import { RestartPolicy } from './restart-policy.js';

export interface PoolOptions {
  /** For messages. */
  readonly modelName: string;
  readonly start: StartWorker;
  readonly open: OpenRequest;
  readonly replicas: number;
  readonly queueLimit: number;
  /** Milliseconds for a replacement to become ready. */
  readonly openTimeoutMs: number;
  /** Milliseconds that a request which was given up may still occupy its worker. */
  readonly stuckAfterMs: number;
  readonly logger: Logger;
  /** Its sessions are open and answer probe images. */
  readonly onWarming?: () => void;
  /** One of its workers died and is replaced. */
  readonly onCrashed?: (reason: CareError) => void;
  /** Its workers cannot be started any more: every request is rejected with this. */
  readonly onOutOfOrder?: (reason: CareError) => void;
}

const CLOSE_DEADLINE_MS = 2_000;

/** The workers of one model: a bounded queue in front, one request in each worker at a time, the dead are replaced. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: RequestQueue;
  readonly #policy = new RestartPolicy();
  readonly #workers = new Set<PoolWorker>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Requests that somebody still waits for. */
  readonly #pending = new Set<PendingRequest>();
  #pinned: Readonly<Record<string, string>> | undefined;
  #opening = true;
  #restarts = 0;
  #failure: CareError | undefined;
  #disposed: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#queue = new RequestQueue(options.queueLimit);
  }

  get stats() {
    const workers = [...this.#workers];
    return {
      queued: this.#queue.length,
      running: workers.filter(({ state }) => state === 'busy').length,
      workers: workers.filter(({ state }) => state === 'idle' || state === 'busy').length,
      restarts: this.#restarts,
      processes: workers.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    };
  }

  /** Starts all workers. Fails when one fails or the signal is aborted, and then none is left. */
  async open(signal: AbortSignal): Promise<OpenedModel> {
    const onAbort = (): void => {
      for (const worker of this.#workers) void worker.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const count = this.#options.replicas;
      const [first, ...rest] = await Promise.all(Array.from({ length: count }, () => this.#launch().ready));
      if (first === undefined) throw new CareError('OPTIONS_INVALID', 'a model needs at least one worker');
      if (rest.some((opened) => !sameContent(opened, first))) {
        throw new CareError('ARTIFACT_CORRUPT', 'the files of the model changed while it was loaded', {
          remedy: 'Load it again when the files are complete.',
        });
      }
      this.#pinned = first.artifactSha256;
      this.#opening = false;
      // One that died while the others were still opening.
      for (let missing = count - this.#workers.size; missing > 0; missing--)
        this.#scheduleStart(new CareError('WORKER_CRASHED', 'the worker died while others opened the model'));
      this.#updateHold();
      return first;
    } catch (error) {
      await this.terminate(new CareError('DISPOSED', 'the model was not opened'));
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Queues one request. A patient one waits for room instead of being rejected.
   * @throws CareError OVERLOADED, DISPOSED, WORKER_CRASHED (given up), and what the request itself comes to
   */
  async submit(input: RequestInput, patient = false): Promise<RequestOutcome> {
    this.checkAccepts(patient);
    const request = new PendingRequest(input, (settled) => this.#onSettled(settled));
    if (!request.settled) {
      this.#pending.add(request);
      if (patient) this.#queue.pushPatient(request);
      else this.#queue.push(request);
      this.#updateHold();
      this.#dispatch();
    }
    return await request.outcome;
  }

  /** @throws CareError OVERLOADED, DISPOSED, WORKER_CRASHED when a request would be rejected at once */
  checkAccepts(patient = false): void {
    if (this.#failure !== undefined) throw this.#failure;
    const { modelName, queueLimit, replicas } = this.#options;
    if (this.#disposed !== undefined)
      throw new CareError('DISPOSED', `model "${modelName}" has been disposed`);
    if (patient || !this.#queue.isFull) return;
    if (this.#queue.isEmpty && [...this.#workers].some(({ state }) => state === 'idle')) return;
    throw new CareError('OVERLOADED', `model "${modelName}" has ${this.#queue.length} requests waiting`, {
      details: { model: modelName, queued: this.#queue.length, queueLimit, replicas },
    });
  }

  /** Rejects what waits and runs, lets the workers free their sessions and end. Idempotent. */
  dispose(): Promise<void> {
    return (this.#disposed ??= this.#end(
      new CareError('DISPOSED', `model "${this.#options.modelName}" has been disposed`),
      (worker) => worker.close(CLOSE_DEADLINE_MS),
    ));
  }

  /** As dispose, at once. */
  terminate(reason: CareError): Promise<void> {
    return (this.#disposed ??= this.#end(reason, (worker) => worker.terminate()));
  }

  async #end(reason: CareError, end: (worker: PoolWorker) => Promise<void>): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#rejectAll(reason);
    await Promise.all([...this.#workers].map(end));
  }

  #rejectAll(reason: CareError): void {
    this.#queue.drain();
    for (const request of [...this.#pending]) request.fail(reason);
  }

  #launch(): PoolWorker {
    const { start, open, logger } = this.#options;
    const request = this.#pinned === undefined ? open : replacement(open, this.#pinned);
    const worker = new PoolWorker(
      start,
      request,
      {
        idle: () => this.#dispatch(),
        answered: () => this.#policy.answered(),
        ended: (ended, reason) => this.#onEnded(ended, reason),
        warming: () => {
          if (this.#opening) this.#options.onWarming?.();
        },
      },
      logger,
    );
    this.#workers.add(worker);
    worker.hold(this.#wantsHold);
    return worker;
  }

  #dispatch(): void {
    for (const worker of this.#workers) {
      while (worker.state === 'idle') {
        const next = this.#queue.shift();
        if (next === undefined) return;
        worker.run(next);
      }
    }
  }

  #onSettled(request: PendingRequest): void {
    this.#pending.delete(request);
    this.#queue.remove(request);
    for (const worker of this.#workers) {
      if (worker.request === request) worker.expectAnswerWithin(this.#options.stuckAfterMs);
    }
    this.#updateHold();
  }

  #onEnded(worker: PoolWorker, reason: CareError): void {
    this.#workers.delete(worker);
    if (this.#opening || this.#disposed !== undefined || this.#failure !== undefined) return;
    this.#scheduleStart(reason);
  }

  #scheduleStart(reason: CareError): void {
    const delay = this.#policy.nextDelay();
    const { modelName, logger, onCrashed } = this.#options;
    const { code, message } = reason;
    logger.warn({ model: modelName, code, delay }, `a worker is lost and will be replaced: ${message}`);
    onCrashed?.(reason);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#startReplacement();
    }, delay);
    this.#timers.add(timer);
    this.#updateHold();
  }

  async #startReplacement(): Promise<void> {
    this.#restarts++;
    let deadline: NodeJS.Timeout | undefined;
    try {
      const worker = this.#launch();
      deadline = setTimeout(() => void worker.terminate(), this.#options.openTimeoutMs).unref();
      await worker.ready;
      this.#policy.started();
    } catch (error) {
      this.#policy.startFailed();
      // Its end schedules the next attempt; this takes that back when it was the last one.
      if (this.#policy.exhausted && this.stats.workers === 0) this.#giveUp(error);
    } finally {
      clearTimeout(deadline);
    }
  }

  #giveUp(cause: unknown): void {
    if (this.#disposed !== undefined) return;
    const { modelName, logger, onOutOfOrder } = this.#options;
    const { message } = serializeError(cause, 'WORKER_CRASHED');
    this.#failure = new CareError(
      'WORKER_CRASHED',
      `model "${modelName}" is out of order: its workers failed to start ${this.#policy.failedStarts} times: ${message}`,
      { remedy: 'Mend what the message names, then dispose the model and load it again.', cause },
    );
    const { code } = this.#failure;
    logger.error(
      { model: modelName, code },
      `the workers of a model cannot be started; given up: ${message}`,
    );
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#rejectAll(this.#failure);
    onOutOfOrder?.(this.#failure);
  }

  get #wantsHold(): boolean {
    return this.#opening || this.#pending.size > 0;
  }

  /** An idle model does not keep the host's process alive; one that somebody waits for does. */
  #updateHold(): void {
    const alive = this.#wantsHold;
    for (const worker of this.#workers) worker.hold(alive);
    for (const timer of this.#timers) {
      if (alive) timer.ref();
      else timer.unref();
    }
  }
}

/** A worker that takes the place of one that died opens what the others have open, whatever was asked at first. */
function replacement(open: OpenRequest, pinnedSha256: Readonly<Record<string, string>>): OpenRequest {
  const request = { ...open, pinnedSha256 };
  delete request.unlessSha256;
  return request;
}

function sameContent(a: OpenedModel, b: OpenedModel): boolean {
  const names = Object.keys(a.artifactSha256);
  return names.every((name) => a.artifactSha256[name] === b.artifactSha256[name]);
}
