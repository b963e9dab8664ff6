import fc from 'fast-check';
import type { MaskBitmap } from './mask-bitmap.js';

/** Random bitmaps up to 12 x 12, from empty to full; `width` and `height` may be fixed. */
export function bitmaps(fixed: { width?: number; height?: number } = {}): fc.Arbitrary<MaskBitmap> {
  const side = (given: number | undefined): fc.Arbitrary<number> =>
    given === undefined ? fc.integer({ min: 1, max: 12 }) : fc.constant(given);
  return fc
    .tuple(side(fixed.width), side(fixed.height))
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
        .map((values) => ({ x: 0, y: 0, width, height, data: Uint8Array.from(values) })),
    );
}
