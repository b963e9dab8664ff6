import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker } from './worker-protocol.js';

/** The way to the host, the same for a worker thread and a child process. */
export interface HostChannel {
  /** `transfer` is what goes over instead of being copied; a process copies all the same. */
  post(message: FromWorker, transfer?: readonly ArrayBuffer[]): void;
  listen(listener: (message: ToWorker) => void): void;
  /** Lets this worker end once nothing else is under way. */
  close(): void;
}

/** What the host gives a worker that it starts: as `workerData` to a thread, as first argument to a process. */
export const WORKER_MARK = 'care-model-worker';

/** The channel to the host of this thread or process; undefined when it was not started by this package. */
export function openHostChannel(): HostChannel | undefined {
  const port = parentPort;
  if (port !== null && workerData === WORKER_MARK) {
    // What a plugin prints must not mix with the host's output. (Reading the thread's stdout in the host instead would
    // keep the host's event loop alive.)
    const { stderr } = process;
    Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
    return {
      post: (message, transfer = []) => port.postMessage(message, transfer),
      listen: (listener) => void port.on('message', listener),
      close: () => port.close(),
    };
  }
  if (port !== null || process.send === undefined || process.argv[2] !== WORKER_MARK) return undefined;
  // A child ends with its host, however that ended; an interrupt from the terminal is the host's to handle.
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  return {
    post: (message) => {
      if (process.connected) process.send?.(message);
    },
    listen: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
    close: () => process.exit(0),
  };
}
