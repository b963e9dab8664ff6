import type { Transferable } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../worker/worker-protocol.js';

export type Isolation = 'thread' | 'process';

/** How a worker ended. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal?: string;
  /** What it threw and nobody caught. */
  readonly error?: unknown;
}

export interface WorkerListeners {
  message(message: FromWorker): void;
  /** Called exactly once, also when the worker could not be started. */
  exit(exit: WorkerExit): void;
}

/** A running worker, thread or process, seen from the host. Starts unreferenced, not keeping the host alive, and in the background. */
export interface WorkerTransport {
  readonly isolation: Isolation;
  /** Of a child process that was started. */
  readonly pid?: number;
  /** @throws when the message cannot be cloned or transferred */
  post(message: ToWorker, transfer?: readonly Transferable[]): void;
  /** Its model is open: from now on requests wait for it, and it runs at the host's own priority. */
  started(): void;
  /** Keeps the host's event loop alive (true) or not (false). */
  hold(alive: boolean): void;
  /** Ends it at once, whatever it is doing; resolves when it has ended. Idempotent. */
  terminate(): Promise<void>;
}

export type StartWorker = (listeners: WorkerListeners) => WorkerTransport;
