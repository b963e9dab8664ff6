import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { WORKER_MARK } from '../worker/host-channel.js';
import { isFromWorker } from '../worker/worker-protocol.js';
import { threadArguments } from './worker-arguments.js';
import { workerEntryPath } from './worker-entry.js';
import type { WorkerListeners, WorkerTransport } from './worker-transport.js';

/** Starts a worker thread. Buffers can be transferred to it; a native abort inside it ends the whole process. */
export function startThread(listeners: WorkerListeners): WorkerTransport {
  const worker = new Worker(pathToFileURL(workerEntryPath()), {
    name: 'care-model',
    workerData: WORKER_MARK,
    execArgv: threadArguments(process.execArgv),
  });
  let failure: { readonly error: unknown } | undefined;
  worker.on('message', (message: unknown) => {
    if (isFromWorker(message)) listeners.message(message);
  });
  worker.on('error', (error) => {
    failure = { error };
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      resolve();
      listeners.exit({ code, ...failure });
    });
  });
  worker.unref();
  return {
    isolation: 'thread',
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    // A thread has the priority of its process.
    started: () => undefined,
    hold: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: async () => {
      worker.ref();
      await worker.terminate();
      await ended;
    },
  };
}
