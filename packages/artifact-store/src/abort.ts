import { setTimeout as sleep } from 'node:timers/promises';
import { CareError } from '@care/registry-core';

/** The error of an operation that its caller cancelled. */
export function abortedError(what: string): CareError {
  return new CareError('ABORTED', `${what} was cancelled`);
}

export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted === true) throw abortedError(what);
}

/** Waits; rejects with `ABORTED` as soon as the signal says so. */
export async function pause(ms: number, signal: AbortSignal | undefined, what: string): Promise<void> {
  throwIfAborted(signal, what);
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // A timer rejects for one reason only: its signal.
    throw abortedError(what);
  }
}
