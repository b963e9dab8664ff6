import { CareError } from '@care/registry-core';

/** The work's result, or `ABORTED` as soon as the signal says so. Work that others share goes on for them. */
export async function abortable<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work();
  const aborted = () =>
    new CareError('ABORTED', 'Looking up local models was cancelled.', { cause: signal.reason });
  if (signal.aborted) throw aborted();
  let onAbort: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(aborted());
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(), abort]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
