import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { classColor } from '../../draw/class-color.js';
import { drawPredictions } from '../../draw/draw-predictions.js';
import { drawingCanvas } from '../../draw/drawing-canvas.js';
import { drawClassList } from './class-list.js';

const predictions = [0.61, 0.2, 0.1, 0.05, 0.03, 0.01].map((confidence, classId) => ({
  class: `a class with a rather long name ${classId}`,
  classId,
  confidence,
}));

interface Plate {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
}

function plates(width: number, height: number, given = predictions): Plate[] {
  const svg = drawClassList(given, drawingCanvas(width, height, true));
  const rects = svg.matchAll(/<rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)" fill="(.+?)"\/>/g);
  return [...rects].map(([, x, y, w, h, fill = '']) => ({
    x: Number(x),
    y: Number(y),
    width: Number(w),
    height: Number(h),
    fill,
  }));
}

describe('drawClassList', () => {
  it('writes the five best from the top left, in the colours of their classes', () => {
    const found = plates(640, 480, predictions.toReversed());
    expect(found.map(({ fill }) => fill)).toEqual([0, 1, 2, 3, 4].map((id) => classColor(id).fill));
    expect(found.map(({ x }) => x)).toEqual(Array(5).fill(found[0]?.x));
    const tops = found.map(({ y }) => y);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    expect(found[0]?.y).toBeLessThan(5);
  });

  it('stays inside pictures of any size, apart from each other, and leaves half of the height free', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 9000 }), fc.integer({ min: 16, max: 9000 }), (width, height) => {
        const found = plates(width, height);
        expect(found.length).toBeGreaterThanOrEqual(1);
        found.forEach((plate, index) => {
          const above = found[index - 1];
          expect(plate.x >= 0 && plate.x + plate.width <= width).toBe(true);
          expect(plate.y + plate.height).toBeLessThanOrEqual(index === 0 ? height : height / 2 + 1);
          if (above !== undefined) expect(plate.y).toBeGreaterThan(above.y + above.height);
        });
      }),
    );
  });

  it('draws nothing without labels, without classes, and no number that is none', () => {
    expect(drawClassList(predictions, drawingCanvas(640, 480, false))).toBe('');
    expect(plates(640, 480, [])).toEqual([]);
    expect(plates(640, 480, [{ class: 'x', classId: 0, confidence: NaN }])).toEqual([]);
  });

  it('is put on the picture', async () => {
    const frame = {
      data: new Uint8Array(200 * 100).fill(128),
      width: 200,
      height: 100,
      format: 'gray',
    } as const;
    const png = await drawPredictions({ kind: 'raw', frame }, { task: 'classification', predictions });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => [...data.subarray((y * 200 + x) * 3, (y * 200 + x) * 3 + 3)];
    expect([info.width, info.height]).toEqual([200, 100]);
    expect(at(199, 99)).toEqual([128, 128, 128]);
    const fill = classColor(0).fill.slice(1);
    expect(at(4, 4)).toEqual([0, 2, 4].map((from) => parseInt(fill.slice(from, from + 2), 16)));
  });
});
