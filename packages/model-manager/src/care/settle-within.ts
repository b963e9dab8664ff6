import { CareError } from '@care/registry-core';

export interface Limits {
  /** For messages, e.g. `loading "yolo"`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Settles as `work` does, or rejects first with ABORTED or TIMEOUT; what `work` comes to later is ignored. */
export async function settleWithin<T>(work: Promise<T>, { what, signal, timeoutMs }: Limits): Promise<T> {
  let stop: () => void = () => undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void =>
      reject(new CareError('ABORTED', `${what} was cancelled`, { cause: signal?.reason }));
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => reject(timeoutError(what, timeoutMs)), timeoutMs);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([limit, work]);
  } finally {
    stop();
  }
}

export function timeoutError(what: string, timeoutMs: number): CareError {
  return new CareError('TIMEOUT', `${what} took longer than ${timeoutMs} ms`, { details: { timeoutMs } });
}
