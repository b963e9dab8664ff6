import { startProcess } from './process-transport.js';
import { startThread } from './thread-transport.js';
import type { Isolation, StartWorker } from './worker-transport.js';

/** The one place that knows both ways of isolation. */
export function workerStarter(isolation: Isolation): StartWorker {
  return isolation === 'process' ? startProcess : startThread;
}
