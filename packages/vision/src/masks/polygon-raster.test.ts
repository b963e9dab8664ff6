import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleToCoco } from './coco-rle.js';
import { rleFromPolygons } from './polygon-raster.js';
import { rleReference } from './rle-reference.fixture.js';

describe('polygons rasterise as pycocotools does', () => {
  it.each(rleReference().polygons)('$size $rings', ({ size, rings, each, union }) => {
    const [height, width] = size;
    const counts = (outlines: typeof rings): unknown =>
      rleToCoco(rleFromPolygons(outlines, { width, height })).counts;
    expect(rings.map((ring) => counts([ring]))).toEqual(each);
    expect(counts(rings)).toBe(union);
  });
});

describe('any polygon', () => {
  it('gives a mask of the image or INPUT_INVALID, in bounded time', () => {
    const ring = fc.array(fc.oneof(fc.double(), fc.double({ min: -50, max: 50 })), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(ring, { maxLength: 3 }), fc.nat(40), fc.nat(40), (rings, width, height) => {
        try {
          const { counts } = rleFromPolygons(rings, { width, height });
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
        } catch (error) {
          expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
        }
      }),
    );
  });

  it('even-odd takes an inner outline out', () => {
    const [outer, inner] = [
      [0, 0, 4, 0, 4, 4, 0, 4],
      [1, 1, 3, 1, 3, 3, 1, 3],
    ];
    const size = { width: 4, height: 4 };
    expect(rleToCoco(rleFromPolygons([outer, inner], size, 'even-odd'), 'list').counts).toEqual([
      0, 5, 2, 2, 2, 5,
    ]);
    expect(rleToCoco(rleFromPolygons([outer, inner], size), 'list').counts).toEqual([0, 16]);
  });
});
