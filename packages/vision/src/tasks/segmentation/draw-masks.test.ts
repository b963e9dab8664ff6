import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawPredictions } from '../../draw/draw-predictions.js';
import { classColor } from '../../draw/class-color.js';
import { rleFromBitmap } from '../../masks/mask-bitmap.js';
import type { MaskBitmap } from '../../masks/mask-bitmap.js';
import type { SegmentationPrediction } from '../task.js';

const GROUND = 128;

function ringOf(classId: number, { x, y, width, height }: Omit<MaskBitmap, 'data'>, size: number) {
  const data = new Uint8Array(width * height).map((_, i) => {
    const [column, row] = [i % width, Math.floor(i / width)];
    const hole = column > width / 3 && column < (2 * width) / 3 && row > height / 3 && row < (2 * height) / 3;
    return hole ? 0 : 1;
  });
  const mask = rleFromBitmap({ x, y, width, height, data }, { width: size, height: size });
  const box = [x, y, x + width, y + height] as const;
  return { class: 'ring', classId, confidence: 0.9, box, mask };
}

async function drawn(predictions: readonly SegmentationPrediction[], size: number, labels = false) {
  const frame = { data: new Uint8Array(size * size).fill(GROUND), width: size, height: size };
  const png = await drawPredictions(
    { kind: 'raw', frame: { ...frame, format: 'gray' } },
    { task: 'instance-segmentation', predictions },
    { labels },
  );
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number): number[] =>
    Array.from(data.subarray((y * info.width + x) * 3).subarray(0, 3));
}

const fillOf = (classId: number): number[] =>
  (/^#(..)(..)(..)$/.exec(classColor(classId).fill) ?? []).slice(1).map((hex) => parseInt(hex, 16));

const untouched = [GROUND, GROUND, GROUND];

describe('drawn masks', () => {
  it('are filled translucently in the colour of the class, but for their holes', async () => {
    const at = await drawn([ringOf(1, { x: 60, y: 60, width: 180, height: 180 }, 300)], 300);
    const wanted = fillOf(1).map((value) => Math.round(0.4 * value + 0.6 * GROUND));
    at(90, 90).forEach((value, c) => expect(Math.abs(value - (wanted[c] ?? NaN))).toBeLessThan(3));
    expect(at(150, 150)).toEqual(untouched);
    expect(at(20, 150)).toEqual(untouched);
  });

  it('have an outline, around holes too', async () => {
    const at = await drawn([ringOf(1, { x: 60, y: 60, width: 180, height: 180 }, 300)], 300);
    const fill = fillOf(1);
    const far = (pixel: readonly number[]): number =>
      Math.max(...pixel.map((value, c) => Math.abs(value - (fill[c] ?? NaN))));
    const inside = far(at(90, 90));
    for (const [x, y] of [
      [60, 150],
      [240, 150],
      [150, 60],
      [120, 150],
    ] as const) {
      expect(Math.min(far(at(x - 1, y)), far(at(x, y)), far(at(x, y - 1)))).toBeLessThan(inside * 0.7);
    }
  });

  it('lie over each other by confidence, labels on top of all', async () => {
    const low = { ...ringOf(0, { x: 20, y: 40, width: 60, height: 60 }, 200), confidence: 0.3 };
    const high = ringOf(4, { x: 50, y: 40, width: 60, height: 60 }, 200);
    const [one, other] = [await drawn([low, high], 200), await drawn([high, low], 200)];
    expect(one(60, 50)).toEqual(other(60, 50));
    const labelled = await drawn([low, high], 200, true);
    expect(labelled(52, 30)).not.toEqual(one(52, 30));
  });

  it('of single pixels and without any are drawn in pictures of any size', async () => {
    for (const size of [1, 2, 40]) {
      const at = await drawn([ringOf(0, { x: 0, y: 0, width: 1, height: 1 }, size)], size, true);
      expect(at(0, 0)).not.toEqual(untouched);
    }
    const empty = { ...ringOf(0, { x: 0, y: 0, width: 1, height: 1 }, 40) };
    const mask = { width: 40, height: 40, counts: Uint32Array.of(1600) };
    expect((await drawn([{ ...empty, mask }], 40))(0, 0)).toEqual(untouched);
  });
});
