import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmaps } from './bitmap.fixture.js';
import { rleFromCoco } from './coco-rle.js';
import { instanceMask } from './instance-mask.js';
import { rleFromBitmap, type MaskBitmap } from './mask-bitmap.js';
import { polygonsFromBitmap, type MaskPolygon } from './mask-polygons.js';
import { rleFromPolygons, type Ring } from './polygon-raster.js';
import { bitmapOfRows } from './rle-reference.fixture.js';

/** Twice the area by the shoelace formula; positive when clockwise on a screen (y down). */
function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += (ring[i] ?? 0) * (ring[next + 1] ?? 0) - (ring[next] ?? 0) * (ring[i + 1] ?? 0);
  }
  return sum / 2;
}

/** Number of 8-connected pieces by flood fill, as an independent count. */
function pieces({ width, height, data }: MaskBitmap): number {
  const left = data.slice();
  let count = 0;
  for (let start = left.indexOf(1); start >= 0; start = left.indexOf(1)) {
    count++;
    const open = [start];
    while (open.length > 0) {
      const at = open.pop() ?? 0;
      left[at] = 0;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          if (left[ny * width + nx] === 1) open.push(ny * width + nx);
        }
      }
    }
  }
  return count;
}

const rings = (polygons: readonly MaskPolygon[]): Ring[] =>
  polygons.flatMap(({ outer, holes }) => [outer, ...holes]);

describe('polygons of a mask', () => {
  it('of a rectangle are its corners in image coordinates', () => {
    expect(polygonsFromBitmap(bitmapOfRows(['111', '111'], 10, 20))).toEqual([
      { outer: [13, 20, 13, 22, 10, 22, 10, 20], holes: [] },
    ]);
  });

  it('keep holes apart and with the piece that has them', () => {
    const polygons = polygonsFromBitmap(bitmapOfRows(['111011111', '101010101', '111011111']));
    expect(polygons.map(({ holes }) => holes.length)).toEqual([1, 2]);
    expect(polygons[0]?.holes[0]).toEqual([1, 1, 1, 2, 2, 2, 2, 1]);
  });

  it('give an island in a hole its own polygon', () => {
    const polygons = polygonsFromBitmap(bitmapOfRows(['11111', '10001', '10101', '10001', '11111']));
    expect(polygons.map(({ holes }) => holes.length)).toEqual([1, 0]);
  });

  it('of an empty mask are none', () => {
    expect(polygonsFromBitmap(bitmapOfRows(['000', '000']))).toEqual([]);
    expect(polygonsFromBitmap(bitmapOfRows([]))).toEqual([]);
  });

  it('of any bitmap rasterise back to the same pixels', () => {
    fc.assert(
      fc.property(bitmaps(), fc.nat(5), fc.nat(5), (bitmap, x, y) => {
        const placed = { ...bitmap, x, y };
        const image = { width: 20, height: 20 };
        const outlines = rings(polygonsFromBitmap(placed));
        expect(rleFromPolygons(outlines, image, 'even-odd')).toEqual(rleFromBitmap(placed, image));
      }),
    );
  });

  it('are one for each 8-connected piece, outlines clockwise, holes not, areas adding up', () => {
    fc.assert(
      fc.property(bitmaps(), (bitmap) => {
        const polygons = polygonsFromBitmap(bitmap);
        expect(polygons).toHaveLength(pieces(bitmap));
        for (const { outer, holes } of polygons) {
          expect(signedArea(outer)).toBeGreaterThan(0);
          const left = holes.reduce((area, hole) => area + signedArea(hole), signedArea(outer));
          expect(left).toBeGreaterThan(0);
          expect(holes.every((hole) => signedArea(hole) < 0)).toBe(true);
        }
        const area = rings(polygons).reduce((sum, ring) => sum + signedArea(ring), 0);
        expect(area).toBe(bitmap.data.reduce((sum, value) => sum + value, 0));
      }),
    );
  });
});

describe('an instance mask', () => {
  it('makes its bitmap only when asked and only once', () => {
    let made = 0;
    const mask = instanceMask({ width: 6, height: 4 }, () => {
      made++;
      return bitmapOfRows(['11', '11'], 2, 1);
    });
    expect(made).toBe(0);
    expect(mask.polygons()).toEqual([{ outer: [4, 1, 4, 3, 2, 3, 2, 1], holes: [] }]);
    expect(Array.from(mask.rle().counts)).toEqual([9, 2, 2, 2, 9]);
    expect(mask.bitmap()).toBe(mask.bitmap());
    expect(mask.rle()).toBe(mask.rle());
    expect(made).toBe(1);
  });

  it('comes from run lengths alone, over the smallest box around it', () => {
    const image = { width: 6, height: 4 };
    const source = rleFromBitmap(bitmapOfRows(['000', '011', '011'], 1, 0), image);
    const mask = instanceMask(source);
    expect(mask.image).toEqual(image);
    expect(mask.rle()).toBe(source);
    expect(mask.bitmap()).toEqual(bitmapOfRows(['11', '11'], 2, 1));
    expect(mask.polygons()).toEqual([{ outer: [4, 1, 4, 3, 2, 3, 2, 1], holes: [] }]);
    expect(rleFromCoco(mask.cocoRle())).toEqual(source);
    expect(mask.cocoRle()).toBe(mask.cocoRle());
  });
});
