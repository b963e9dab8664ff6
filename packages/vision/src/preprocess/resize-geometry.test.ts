import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../tasks/task.js';
import { boxToImage, boxToInput, resizeGeometry, type ResizeSettings } from './resize-geometry.js';

const size = (min: number, max: number) =>
  fc.record({ width: fc.integer({ min, max }), height: fc.integer({ min, max }) });
const modes = fc.constantFrom('letterbox', 'stretch', 'center-crop', 'fit-within');
const pads = fc.constantFrom('center', 'top-left');
const settings = fc.record(
  {
    resize: modes,
    padPosition: pads,
    sideRounding: fc.constantFrom('nearest', 'floor'),
    resizeShorterSide: fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.constant('keep')),
  },
  { requiredKeys: ['resize', 'padPosition'] },
) as fc.Arbitrary<ResizeSettings>;

describe('resize geometry', () => {
  it('maps boxes forth and back to within 0.01 px', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        size(1, 8000),
        size(16, 2048),
        settings,
        fc.boolean(),
        fc.array(fraction, { minLength: 4, maxLength: 4 }),
        (image, input, chosen, inRegion, [a = 0, b = 0, c = 0, d = 0]) => {
          // A region reaches beyond the image and is of any size above a tenth of a pixel.
          const [left, top] = [(a - 0.2) * image.width, (b - 0.2) * image.height];
          const region: Box = [left, top, left + 0.1 + c * image.width, top + 0.1 + d * image.height];
          const geometry = resizeGeometry(image, input, chosen, inRegion ? region : undefined);
          const box: Box = [a * image.width, b * image.height, c * image.width, d * image.height];
          boxToImage(boxToInput(box, geometry), geometry).forEach((value, i) =>
            expect(Math.abs(value - (box[i] ?? NaN))).toBeLessThan(0.01),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('puts the whole picture inside the input, or the whole input inside the picture when cropping', () => {
    fc.assert(
      fc.property(size(1, 8000), size(16, 2048), modes, pads, (image, input, mode, pad) => {
        const geometry = resizeGeometry(image, input, { resize: mode, padPosition: pad });
        const [x1, y1, x2, y2] = boxToInput([0, 0, image.width, image.height], geometry);
        const [outer, inner] =
          mode === 'center-crop'
            ? [
                [x1, y1, -x2, -y2],
                [0, 0, -input.width, -input.height],
              ]
            : [
                [0, 0, -input.width, -input.height],
                [x1, y1, -x2, -y2],
              ];
        outer.forEach((edge, i) => expect(edge).toBeLessThanOrEqual((inner[i] ?? NaN) + 1e-9));
      }),
    );
  });

  // Ultralytics LetterBox by hand: 1280x720 -> 640: r = 0.5, 640x360, 140 above and below.
  it.each([
    [
      { width: 1280, height: 720 },
      { width: 640, height: 640 },
      { width: 640, height: 360 },
      { x: 0, y: 140 },
    ],
    // r = 0.5, odd rest: 427.5 / 2 -> round half to even 214, 640 - 214 = 426 / 2 = 213
    [
      { width: 428, height: 1280 },
      { width: 640, height: 640 },
      { width: 214, height: 640 },
      { x: 213, y: 0 },
    ],
    // rest 1: round(0.5 - 0.1) = 0 on the left, round(0.5 + 0.1) = 1 on the right
    [
      { width: 319, height: 320 },
      { width: 320, height: 320 },
      { width: 319, height: 320 },
      { x: 0, y: 0 },
    ],
    // r = 0.5: 25 x 0.5 = 12.5 -> 12 (half to even)
    [
      { width: 25, height: 64 },
      { width: 32, height: 32 },
      { width: 12, height: 32 },
      { x: 10, y: 0 },
    ],
  ])('letterboxes %j into %j', (image, input, resized, offset) => {
    const geometry = resizeGeometry(image, input, { resize: 'letterbox', padPosition: 'center' });
    expect(geometry.resized).toEqual(resized);
    expect(geometry.offset).toEqual(offset);
  });

  it('never enlarges with fit-within, pads at the right and below with top-left', () => {
    const geometry = resizeGeometry(
      { width: 100, height: 50 },
      { width: 640, height: 640 },
      { resize: 'fit-within', padPosition: 'top-left' },
    );
    expect([geometry.resized, geometry.offset]).toEqual([
      { width: 100, height: 50 },
      { x: 0, y: 0 },
    ]);
  });

  it('crops the middle: 640x480 to 224: the shorter side becomes 224, the longer int(298.67); 298 - 224 = 74 is cut', () => {
    const geometry = resizeGeometry(
      { width: 640, height: 480 },
      { width: 224, height: 224 },
      { resize: 'center-crop', padPosition: 'center' },
    );
    expect(geometry.resized).toEqual({ width: 298, height: 224 });
    expect(geometry.offset).toEqual({ x: -37, y: 0 });
  });

  it('keeps at least one pixel of a line', () => {
    expect(
      resizeGeometry(
        { width: 9000, height: 1 },
        { width: 32, height: 32 },
        { resize: 'letterbox', padPosition: 'center' },
      ).resized,
    ).toEqual({
      width: 32,
      height: 1,
    });
  });
});
