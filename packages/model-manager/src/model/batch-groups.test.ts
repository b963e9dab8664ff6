import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchGroups } from './batch-groups.js';

describe('batchGroups', () => {
  it('keeps every image in its order, in groups that fit a run and leave no worker out', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 16 }),
        (count, workers, batch) => {
          const images = Array.from({ length: count }, (_, index) => index);
          const groups = batchGroups(images, workers, batch);
          expect(groups.flat()).toEqual(images);
          for (const group of groups) {
            expect(group.length).toBeGreaterThan(0);
            expect(group.length).toBeLessThanOrEqual(Math.min(batch, Math.ceil(count / workers)));
          }
          if (batch === 1) expect(groups).toHaveLength(count);
        },
      ),
    );
  });

  it.each([
    [10, 1, 8, [8, 2]],
    [10, 2, 8, [5, 5]],
    [3, 4, 8, [1, 1, 1]],
    [0, 2, 8, []],
  ])('%i images, %i workers, up to %i in a run', (count, workers, batch, sizes) => {
    const groups = batchGroups(Array<number>(count).fill(0), workers, batch);
    expect(groups.map((group) => group.length)).toEqual(sizes);
  });
});
