import type { EventEmitter } from 'node:events';
import { EXIT } from './exit-code.js';

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** What of `process` is needed. */
export interface SignalSource {
  readonly stdout: Pick<EventEmitter, 'on'>;
  once(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

export interface StopRequest {
  readonly signal: AbortSignal;
  /** Set once a stop has been asked for: the process ends with it. */
  readonly exitCode: number | undefined;
}

/**
 * The first Ctrl-C (or SIGTERM, or a closed pipe behind stdout) asks the command to stop: what runs is cancelled, workers
 * are freed, what was written stays. A second one finds Node's own handling again and ends the process at once.
 */
export function stopOnSignals(source: SignalSource): StopRequest {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (code: number, message: string): void => {
    exitCode ??= code;
    controller.abort(new Error(message));
  };
  for (const [name, code] of Object.entries(SIGNALS)) {
    if (name !== 'SIGINT' && name !== 'SIGTERM') continue;
    source.once(name, () => stop(code, 'Interrupted.'));
  }
  source.stdout.on('error', (error: Error & { code?: string }) => {
    // `care ... | head`: nobody reads any more, so nothing is to be told either.
    if (error.code !== 'EPIPE') throw error;
    stop(EXIT.brokenPipe, 'Nobody reads the output any more.');
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
