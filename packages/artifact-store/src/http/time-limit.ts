import { CareError, isCareError } from '@care/registry-core';
import { throwIfAborted } from '../abort.js';

interface TimeLimit {
  readonly ms: number;
  /** The caller's own wish to end. */
  readonly signal: AbortSignal | undefined;
  /** The address without secrets. */
  readonly url: string;
}

/** Runs a request that is aborted after a time: `REGISTRY_TIMEOUT` then, `ABORTED` when the caller ended it. */
export async function withinTime<T>(limit: TimeLimit, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), limit.ms);
  try {
    return await job(
      limit.signal === undefined ? timeout.signal : AbortSignal.any([limit.signal, timeout.signal]),
    );
  } catch (error) {
    throwIfAborted(limit.signal, `the request of ${limit.url}`);
    if (!timeout.signal.aborted || !isCareError(error, 'ABORTED')) throw error;
    throw new CareError('REGISTRY_TIMEOUT', `${limit.url} did not answer within ${limit.ms} ms`, {
      details: { url: limit.url },
    });
  } finally {
    clearTimeout(timer);
  }
}
