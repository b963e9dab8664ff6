import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { settleWithin } from './settle-within.js';

const what = 'the work';

describe('settleWithin', () => {
  it('gives what the work gives, and its failure as it is', async () => {
    const { signal } = new AbortController();
    await expect(settleWithin(Promise.resolve(3), { what, signal, timeoutMs: 1000 })).resolves.toBe(3);
    const failure = new Error('own failure');
    await expect(settleWithin(Promise.reject(failure), { what })).rejects.toBe(failure);
  });

  it('rejects in time and lets a late failure go', async () => {
    const late = sleep(60).then(() => {
      throw new Error('late');
    });
    await expect(settleWithin(late, { what, timeoutMs: 10 })).rejects.toThrow(
      coded('TIMEOUT', /the work.*10 ms/),
    );
    await sleep(80);
  });

  it('rejects when the caller cancels, before or during the work, with the reason as cause', async () => {
    const never = new Promise<void>(() => undefined);
    const reason = new Error('enough');
    await expect(settleWithin(never, { what, signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
      code: 'ABORTED',
      cause: reason,
    });
    const caller = new AbortController();
    const attempt = settleWithin(never, { what, signal: caller.signal });
    caller.abort();
    await expect(attempt).rejects.toThrow(coded('ABORTED'));
  });
});
