import { fork } from 'node:child_process';
import { WORKER_MARK } from '../worker/host-channel.js';
import { isFromWorker } from '../worker/worker-protocol.js';
import { lowerPriority, restorePriority } from './start-priority.js';
import { processArguments } from './worker-arguments.js';
import { workerEntryPath } from './worker-entry.js';
import type { WorkerExit, WorkerListeners, WorkerTransport } from './worker-transport.js';

const STDERR = 2;

/** Starts a child process. Messages are copied; whatever happens inside it, the host lives on. */
export function startProcess(listeners: WorkerListeners): WorkerTransport {
  const child = fork(workerEntryPath(), [WORKER_MARK], {
    serialization: 'advanced',
    // What a plugin prints must not mix with the host's output.
    stdio: ['ignore', STDERR, STDERR, 'ipc'],
    execArgv: processArguments(process.execArgv),
  });
  lowerPriority(child.pid);
  let over = false;
  let settle: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const end = (exit: WorkerExit): void => {
    if (over) return;
    over = true;
    settle();
    listeners.exit(exit);
  };
  child.on('message', (message) => {
    if (isFromWorker(message)) listeners.message(message);
  });
  child.on('error', (error) => {
    // Not started: there will be no exit. Otherwise (a message that could not be sent) the exit follows or the child lives.
    if (child.pid === undefined) end({ code: null, error });
  });
  child.on('exit', (code, signal) => end({ code, ...(signal === null ? {} : { signal }) }));
  const hold = (alive: boolean): void => {
    if (alive) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  };
  hold(false);
  return {
    isolation: 'process',
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    post: (message) => void child.send(message),
    started: () => restorePriority(child.pid),
    hold,
    terminate: async () => {
      if (over) return;
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
