import { abortedError } from '../abort.js';

/**
 * Runs at most `concurrency` jobs at a time and gives their results in order. The first failure aborts the others, and is
 * thrown when all have ended: nothing goes on behind the caller's back.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal | undefined,
  job: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const results = new Map<number, R>();
  const failures: unknown[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (either.aborted) return;
      try {
        results.set(index, await job(item, either));
      } catch (error) {
        failures.push(error);
        stop.abort();
      }
    }
  };
  const workers = Math.max(1, Math.min(Math.floor(concurrency), items.length));
  await Promise.all(Array.from({ length: workers }, worker));
  if (failures.length > 0) throw failures[0];
  if (signal?.aborted === true) throw abortedError('the download');
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
