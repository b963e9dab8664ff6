import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../tasks/task.js';
import { placeLabels } from './label-layout.js';

const picture = { width: 200, height: 100 };

describe('label places', () => {
  it('are above the box, or inside its top when there is no room', () => {
    const places = placeLabels([{ box: [20, 40, 90, 90], width: 30, height: 10 }], picture);
    expect(places).toEqual([{ x: 20, y: 30, width: 30, height: 10 }]);
    const [top] = placeLabels([{ box: [20, 4, 90, 90], width: 30, height: 10 }], picture);
    expect(top?.y).toBe(4);
  });

  it('move out of the way of earlier labels', () => {
    const box: Box = [20, 40, 90, 90];
    const places = placeLabels(
      Array.from({ length: 4 }, () => ({ box, width: 30, height: 10 })),
      picture,
    );
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBe(4);
  });

  it('are always inside the picture when they fit at all', () => {
    const box = fc.tuple(
      fc.integer({ min: -20, max: 220 }),
      fc.integer({ min: -20, max: 120 }),
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 100 }),
    );
    const label = fc.record({
      box,
      width: fc.integer({ min: 1, max: 200 }),
      height: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 10 }), (labels) => {
        const requests = labels.map(({ box: [x, y, w, h], width, height }) => ({
          box: [x, y, x + w, y + h] as Box,
          width,
          height,
        }));
        for (const { x, y, width, height } of placeLabels(requests, picture)) {
          expect(x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height).toBe(true);
        }
      }),
    );
  });
});
