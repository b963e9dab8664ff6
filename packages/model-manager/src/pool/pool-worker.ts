import { CareError, deserializeError, type Logger } from '@care/registry-core';
import type { StartWorker, WorkerExit, WorkerTransport } from '../transport/worker-transport.js';
import type { FromWorker, OpenedModel, OpenRequest } from '../worker/worker-protocol.js';
import type { PendingRequest } from './pending-request.js';

export interface PoolWorkerEvents {
  /** It can take a request. */
  idle(worker: PoolWorker): void;
  /** It answered, also a request nobody waits for any more. */
  answered(): void;
  /** @param reason why it ended without having been asked to */
  ended(worker: PoolWorker, reason: CareError): void;
  /** Its session is open and answers probe images. */
  warming(): void;
}

/** What a worker found to be open already: nothing to do, and no failure. */
export class ContentUnchanged extends Error {}

/** One worker of a pool from its start to its end. Holds at most one request. */
export class PoolWorker {
  state: 'opening' | 'idle' | 'busy' | 'ended' = 'opening';
  /** Rejects with what kept the model from opening. */
  readonly ready: Promise<OpenedModel>;
  request: PendingRequest | undefined;
  readonly #transport: WorkerTransport;
  readonly #events: PoolWorkerEvents;
  readonly #logger: Logger;
  #lastId = 0;
  /** What it said before it was ended. */
  #failure: CareError | undefined;
  #stuckTimer: NodeJS.Timeout | undefined;
  #opened: (opened: OpenedModel) => void = () => undefined;
  #notOpened: (error: unknown) => void = () => undefined;
  #hasEnded: () => void = () => undefined;
  readonly #end: Promise<void>;

  constructor(start: StartWorker, open: OpenRequest, events: PoolWorkerEvents, logger: Logger) {
    this.#events = events;
    this.#logger = logger;
    this.ready = new Promise((resolve, reject) => {
      this.#opened = resolve;
      this.#notOpened = reject;
    });
    // Whoever waits for it gets the rejection; a worker that nobody waits for must not end the host.
    this.ready.catch(() => undefined);
    this.#end = new Promise((resolve) => {
      this.#hasEnded = resolve;
    });
    this.#transport = start({
      message: (message) => this.#onMessage(message),
      exit: (exit) => this.#onExit(exit),
    });
    this.#transport.post({ kind: 'open', request: open });
  }

  /** Of its process, when it is one. */
  get pid(): number | undefined {
    return this.#transport.pid;
  }

  /** Gives it a request to run. The worker must be idle. */
  run(request: PendingRequest): void {
    this.state = 'busy';
    this.request = request;
    const id = ++this.#lastId;
    const { task, transfer } = request.input;
    request.dispatched();
    try {
      this.#transport.post({ kind: 'task', id, task }, transfer);
    } catch (cause) {
      this.#becomeIdle();
      request.fail(new CareError('INPUT_INVALID', 'the input cannot be handed to a worker', { cause }));
    }
  }

  /** Ends it when it has not answered in time: nobody waits for its request any more. */
  expectAnswerWithin(milliseconds: number): void {
    this.#stuckTimer ??= setTimeout(() => {
      this.#logger.warn({ milliseconds }, 'a worker is stuck in a request that was given up; it is replaced');
      void this.terminate();
    }, milliseconds).unref();
  }

  hold(alive: boolean): void {
    this.#transport.hold(alive);
  }

  /** Lets it free its session and end; after the deadline it is ended. */
  async close(deadlineMs: number): Promise<void> {
    if (this.state === 'ended') return;
    if (this.state === 'opening') {
      await this.terminate();
      return;
    }
    this.#transport.hold(true);
    this.#transport.post({ kind: 'close' });
    const timer = setTimeout(() => void this.#transport.terminate(), deadlineMs);
    await this.#end;
    clearTimeout(timer);
  }

  async terminate(): Promise<void> {
    await this.#transport.terminate();
    await this.#end;
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        if (this.state !== 'opening') return;
        this.#transport.started();
        this.#opened(message.opened);
        this.#becomeIdle();
        return;
      case 'warming':
        this.#events.warming();
        return;
      case 'unchanged':
        this.#notOpened(new ContentUnchanged('the content is open already'));
        void this.terminate();
        return;
      case 'failed':
        this.#failure = deserializeError(message.error);
        this.#notOpened(this.#failure);
        void this.terminate();
        return;
      case 'answer':
        if (message.id === this.#lastId)
          this.#finish((request) => request.answer(message.answer, message.returned));
        return;
      case 'refusal':
        if (message.id === this.#lastId)
          this.#finish((request) => request.fail(deserializeError(message.error)));
        return;
      case 'log':
        this.#logger[message.level](message.fields, message.message);
        return;
      case 'probed':
        return;
    }
  }

  #finish(settle: (request: PendingRequest) => void): void {
    const request = this.request;
    if (request === undefined) return;
    this.#events.answered();
    this.#becomeIdle();
    settle(request);
  }

  #becomeIdle(): void {
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = undefined;
    this.request = undefined;
    this.state = 'idle';
    this.#events.idle(this);
  }

  #onExit(exit: WorkerExit): void {
    clearTimeout(this.#stuckTimer);
    const { request } = this;
    const during =
      request !== undefined
        ? ' while it ran this request'
        : this.state === 'opening'
          ? ' while it opened the model'
          : '';
    this.state = 'ended';
    this.request = undefined;
    const how = exit.signal === undefined ? `exit code ${exit.code ?? 'none'}` : `signal ${exit.signal}`;
    const options = {
      details: { exitCode: exit.code, signal: exit.signal ?? null },
      ...(exit.error === undefined ? {} : { cause: exit.error }),
    };
    const reason =
      this.#failure ??
      new CareError('WORKER_CRASHED', `the worker died${during} (${how})`, {
        ...(request === undefined
          ? { remedy: 'Look at what it wrote to stderr; try another variant or backend.' }
          : {}),
        ...options,
      });
    this.#notOpened(reason);
    request?.fail(reason);
    this.#hasEnded();
    this.#events.ended(this, reason);
  }
}
