import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoff, delayBefore } from './retry-policy.js';

const bounds = { first: 500, most: 20_000 };

it('doubles its bound up to the most, and takes any part of it', () => {
  const most = [1, 2, 3, 4, 5, 6, 7, 100].map((failures) => backoff(failures, bounds, () => 1));
  expect(most).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const delay = backoff(failures, bounds, () => random);
        return delay >= 0 && delay <= 20_000;
      },
    ),
  );
});

it('never comes back before the server wants it', () => {
  expect(delayBefore(1, new Headers({ 'retry-after': '7' }), bounds)).toBe(7000);
  expect(delayBefore(1, new Headers({ 'retry-after': 'x' }), bounds)).toBeLessThanOrEqual(500);
});
