import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../image/decode-image.js';
import type { Orientation, RawFrame } from '../image/image-source.js';
import { isOrientation, mapBox, pointToStored, pointToUpright, uprightSize } from '../image/orientation.js';
import { bitmapFromRle, rleFromBitmap } from '../masks/mask-bitmap.js';
import type { PosePrediction, SegmentationPrediction } from './task-prediction.js';
import { storedOptions, uprightPrediction } from './upright-predictions.js';

const WIDTH = 5;
const HEIGHT = 3;
const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** A picture of 5 x 3 distinct grey levels, stored with an EXIF orientation. */
async function stored(orientation: Orientation): Promise<Buffer> {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => 10 + i * 15);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .withMetadata({ orientation })
    .png()
    .toBuffer();
}

const levelAt = ({ data, width }: RawFrame, x: number, y: number): number | undefined =>
  data[(y * width + x) * 3];

describe('pictures that are decoded as they are stored', () => {
  it.each(orientations)('orientation %d: every pixel is found where libvips puts it', async (orientation) => {
    const bytes = await stored(orientation);
    const upright = await decodeImage({ kind: 'encoded', bytes });
    const frame = await decodeImage({ kind: 'encoded', bytes }, {}, { autoOrient: false });
    expect(frame).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(frame.orientation ?? 1).toBe(orientation);
    expect(uprightSize(frame)).toEqual({ width: upright.width, height: upright.height });
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const [ux, uy] = pointToUpright([x + 0.5, y + 0.5], frame, orientation);
        expect(levelAt(upright, ux - 0.5, uy - 0.5)).toBe(levelAt(frame, x, y));
      }
    }
  });

  it.each(orientations)('orientation %d: boxes, keypoints and masks are turned upright', (orientation) => {
    const frame: RawFrame = {
      data: new Uint8Array(0),
      width: WIDTH,
      height: HEIGHT,
      format: 'rgb',
      orientation,
    };
    const bitmap = { x: 1, y: 1, width: 2, height: 2, data: Uint8Array.of(1, 0, 1, 1) };
    const object = { class: 'a', classId: 0, confidence: 1, box: [1, 0.5, 3, 2.5] as const };
    const posed: PosePrediction = { ...object, keypoints: [{ name: 'nose', x: 1.5, y: 1.5, confidence: 1 }] };
    const masked: SegmentationPrediction = {
      ...object,
      mask: rleFromBitmap(bitmap, { width: WIDTH, height: HEIGHT }),
    };
    const pose = uprightPrediction(posed, frame);
    const [nose] = pose.keypoints;
    const [x, y] = pointToUpright([1.5, 1.5], frame, orientation);
    expect(nose).toMatchObject({ x, y });
    expect(storedOptions({ boxes: [pose.box] }, frame).boxes).toEqual([object.box]);
    const { mask } = uprightPrediction(masked, frame);
    expect({ width: mask.width, height: mask.height }).toEqual(uprightSize(frame));
    const turned = bitmapFromRle(mask, 'image');
    for (const [px, py, on] of [
      [1, 1, 1],
      [2, 1, 0],
      [1, 2, 1],
      [2, 2, 1],
      [0, 0, 0],
    ] as const) {
      const [ux, uy] = pointToUpright([px + 0.5, py + 0.5], frame, orientation);
      expect(turned.data[(uy - 0.5) * mask.width + ux - 0.5]).toBe(on);
    }
  });

  it('points map forth and back', () => {
    const size = fc.integer({ min: 1, max: 5000 });
    const place = fc.double({ min: -10, max: 5000, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...orientations), size, size, place, place, (turn, width, height, x, y) => {
        const back = pointToStored(pointToUpright([x, y], { width, height }, turn), { width, height }, turn);
        expect(Math.abs(back[0] - x) + Math.abs(back[1] - y)).toBeLessThan(1e-6);
        const box = mapBox([x, y, x + 2, y + 1], (point) => pointToUpright(point, { width, height }, turn));
        expect(box[2]).toBeGreaterThan(box[0]);
        expect(box[3]).toBeGreaterThan(box[1]);
      }),
    );
  });

  it('are the only frames that are not upright', async () => {
    const frame: RawFrame = { data: new Uint8Array(3), width: 1, height: 1, format: 'rgb', orientation: 6 };
    await expect(decodeImage({ kind: 'raw', frame })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect([isOrientation(0), isOrientation(undefined), isOrientation(9)]).toEqual([false, false, false]);
  });
});
