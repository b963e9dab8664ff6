import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from './map-in-order.js';

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe('mapInOrder', () => {
  it('yields every result in order, never with more than the limit under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        async (waits, limit) => {
          let running = 0;
          let most = 0;
          const results = await collect(
            mapInOrder(waits, limit, async (wait, index) => {
              most = Math.max(most, ++running);
              await sleep(wait);
              running -= 1;
              return index;
            }),
          );
          expect(results).toEqual(waits.map((_, index) => index));
          expect(most).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keeps the limit full while the first is slow', async () => {
    const begun: number[] = [];
    const results = mapInOrder([50, 0, 0, 0], 3, async (wait, index) => {
      begun.push(index);
      await sleep(wait);
      return index;
    });
    await results.next();
    expect(begun).toEqual([0, 1, 2, 3]);
    await results.return();
  });

  it('begins nothing after a failure, and awaits what is under way', async () => {
    const begun: number[] = [];
    const finished: number[] = [];
    const results = mapInOrder([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      await sleep(item * 5);
      finished.push(item);
      if (item === 0) throw new Error('first');
      return item;
    });
    await expect(collect(results)).rejects.toThrow('first');
    expect(begun).toEqual([0, 1]);
    expect(finished).toEqual([0, 1]);
  });

  it('survives a later item that fails before its turn', async () => {
    const results = mapInOrder([20, 0], 2, async (wait) => {
      await sleep(wait);
      if (wait === 0) throw new Error('second');
      return wait;
    });
    expect(await results.next()).toEqual({ value: 20, done: false });
    await expect(results.next()).rejects.toThrow('second');
  });
});
