import type { HttpSettings } from './http-client.js';
import { retryAfterSeconds } from './retry-after.js';

const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a status says that the next attempt may succeed. */
export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status);
}

/** Milliseconds before attempt n+1 after n failures: exponential with full jitter. */
export function backoff(
  failures: number,
  bounds: HttpSettings['backoffMs'],
  random: () => number = Math.random,
): number {
  return random() * Math.min(bounds.most, bounds.first * 2 ** Math.min(failures - 1, 30));
}

/** What the server asks to wait, in milliseconds; without its word the back-off. */
export function delayBefore(
  failures: number,
  headers: Headers | undefined,
  bounds: HttpSettings['backoffMs'],
): number {
  const asked = headers === undefined ? undefined : retryAfterSeconds(headers.get('retry-after'));
  const own = backoff(failures, bounds);
  return asked === undefined ? own : Math.max(asked * 1000, own);
}
