import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictBatch } from './predict-batch.js';

describe('predictBatch', () => {
  it('keeps the order and never has more under way than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (delays, lanes) => {
          let running = 0;
          let most = 0;
          const results = await predictBatch(
            [...delays.entries()],
            lanes,
            undefined,
            async ([index, delay]) => {
              most = Math.max(most, ++running);
              for (let turn = 0; turn < delay; turn++) await Promise.resolve();
              running--;
              return index;
            },
          );
          expect(results).toEqual(delays.map((_delay, index) => index));
          expect(most).toBeLessThanOrEqual(lanes);
        },
      ),
    );
  });

  it('aborts the rest on the first failure and starts no more', async () => {
    const started: number[] = [];
    const aborted: number[] = [];
    const attempt = predictBatch([0, 1, 2, 3, 4, 5], 2, undefined, async (item, signal) => {
      started.push(item);
      if (item === 1) throw new Error('item 1');
      await sleep(1000, undefined, { signal }).catch(() => aborted.push(item));
      signal.throwIfAborted();
    });
    await expect(attempt).rejects.toThrow('item 1');
    await sleep(20);
    expect(started.slice(0, 2)).toEqual([0, 1]);
    expect(aborted).toEqual([0]);
    expect(started.length).toBeLessThanOrEqual(3);
  });

  it('hands the caller’s cancellation on', async () => {
    const caller = new AbortController();
    const attempt = predictBatch([1, 2], 1, caller.signal, async (_item, signal) => {
      await sleep(1000, undefined, { signal });
    });
    caller.abort();
    await expect(attempt).rejects.toThrow(/abort/i);
  });
});
