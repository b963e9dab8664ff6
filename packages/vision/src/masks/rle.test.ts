import { isCareError } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitmaps } from './bitmap.fixture.js';
import { rleFromCoco, rleToCoco } from './coco-rle.js';
import { bitmapFromRle, rleFromBitmap } from './mask-bitmap.js';
import { rleIou } from './rle-iou.js';
import { rleArea, rleBox } from './rle-measure.js';
import { mergeRles } from './rle-merge.js';
import { bitmapOfRows, rleReference } from './rle-reference.fixture.js';
import { compressCounts, decompressCounts } from './rle-string.js';

const { groups, wide } = rleReference();

describe.each(groups)('masks of $size agree with pycocotools', (group) => {
  const { size, masks, iou, iouCrowd, union, intersection, unionOfAll } = group;
  const [height, width] = size;
  const rles = masks.map(({ compressed }) => rleFromCoco({ size, counts: compressed }));

  it('counts, areas and boxes', () => {
    for (const [index, { rows, counts, compressed, area, box }] of masks.entries()) {
      const mask = rleFromBitmap(bitmapOfRows(rows), { width, height });
      expect(Array.from(mask.counts)).toEqual(counts);
      expect(rleToCoco(mask)).toEqual({ size, counts: compressed });
      expect(rleToCoco(mask, 'list')).toEqual({ size, counts });
      expect(rles[index]).toEqual(mask);
      expect(rleArea(mask)).toBe(area);
      expect(Object.values(rleBox(mask))).toEqual(box);
      expect(bitmapFromRle(mask, 'image').data).toEqual(bitmapOfRows(rows).data);
    }
  });

  it('IoU, with and without crowds', () => {
    expect(rles.map((a) => rles.map((b) => rleIou(a, b)))).toEqual(iou);
    expect(rles.map((a) => rles.map((b) => rleIou(a, b, true)))).toEqual(iouCrowd);
  });

  it('union and intersection', () => {
    const third = rles[2];
    expect.assert(third !== undefined);
    const merged = (rule: 'union' | 'intersection'): unknown[] =>
      rles.map((mask) => rleToCoco(mergeRles([mask, third], rule)).counts);
    expect(merged('union')).toEqual(union);
    expect(merged('intersection')).toEqual(intersection);
    expect(rleToCoco(mergeRles(rles.slice(2))).counts).toBe(unionOfAll);
  });
});

describe('the string form', () => {
  it('of long runs agrees with pycocotools', () => {
    expect(compressCounts(wide.counts)).toBe(wide.compressed);
    expect(Array.from(decompressCounts(wide.compressed))).toEqual(wide.counts);
  });

  it('comes back for any runs up to 2^31 - 1', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 31 - 1)), (counts) => {
        expect(Array.from(decompressCounts(compressCounts(counts)))).toEqual(counts);
      }),
    );
  });

  it('of any text is read or refused with INPUT_INVALID', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('0', '1', '3', 'O', 'P', 'Q', '_', '`', 'o', 'n') }),
    );
    fc.assert(
      fc.property(text, fc.nat(99), fc.nat(99), (counts, height, width) => {
        try {
          const mask = rleFromCoco({ size: [height, width], counts });
          expect(mask.counts.reduce((sum, count) => sum + count, 0)).toBe(height * width);
        } catch (error) {
          expect(isCareError(error, 'INPUT_INVALID')).toBe(true);
        }
      }),
    );
  });
});

describe('any bitmap', () => {
  it('comes back from its run lengths, over the image and over its box', () => {
    fc.assert(
      fc.property(bitmaps(), (bitmap) => {
        const mask = rleFromBitmap(bitmap, bitmap);
        expect(bitmapFromRle(mask, 'image')).toEqual(bitmap);
        expect(rleFromBitmap(bitmapFromRle(mask), bitmap)).toEqual(mask);
        expect(rleFromCoco(rleToCoco(mask))).toEqual(mask);
      }),
    );
  });

  it('has IoU 1 with itself unless it is empty, and the same with another either way round', () => {
    const pair = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) => fc.tuple(bitmaps({ width, height }), bitmaps({ width, height })));
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [first, second] = [rleFromBitmap(a, a), rleFromBitmap(b, b)];
        expect(rleIou(first, first)).toBe(a.data.includes(1) ? 1 : 0);
        expect(rleIou(first, second)).toBe(rleIou(second, first));
      }),
    );
  });

  it('that hangs over the edge of the image is cut', () => {
    const bitmap = bitmapOfRows(['111', '111', '111'], -1, 3);
    const mask = rleFromBitmap(bitmap, { width: 4, height: 5 });
    expect(bitmapFromRle(mask)).toEqual(bitmapOfRows(['11', '11'], 0, 3));
  });
});

describe('what cannot be is refused with INPUT_INVALID', () => {
  const refused = (act: () => unknown): boolean => {
    try {
      act();
      return false;
    } catch (error) {
      return isCareError(error, 'INPUT_INVALID');
    }
  };
  const small = rleFromCoco({ size: [2, 2], counts: [0, 4] });
  const large = rleFromCoco({ size: [3, 3], counts: [0, 9] });

  it.each([
    ['runs of another size', () => rleFromCoco({ size: [2, 2], counts: [0, 5] })],
    ['a run below 0', () => rleFromCoco({ size: [2, 2], counts: [5, -1] })],
    ['half a run', () => rleFromCoco({ size: [2, 2], counts: [3.5, 0.5] })],
    ['a side below 0', () => rleFromCoco({ size: [-2, -2], counts: [4] })],
    ['half a side', () => rleFromCoco({ size: [0.5, 8], counts: [4] })],
    ['an image beyond 2^31 pixels', () => rleFromCoco({ size: [65535, 65535], counts: '' })],
    ['a side beyond 65535', () => rleFromCoco({ size: [1, 65536], counts: [65536] })],
    ['IoU of masks of two sizes', () => rleIou(small, large)],
    ['a merge of masks of two sizes', () => mergeRles([small, large])],
    ['a merge of nothing', () => mergeRles([])],
    ['too few values', () => rleFromBitmap({ ...bitmapOfRows(['11']), width: 3 }, { width: 9, height: 9 })],
    ['half an origin', () => rleFromBitmap({ ...bitmapOfRows(['11']), x: 0.5 }, { width: 9, height: 9 })],
  ])('%s', (_, act) => {
    expect(refused(act)).toBe(true);
  });
});
