import { CareError } from '@care/registry-core';

/**
 * A binary mask over a whole image as run lengths down the columns, as the COCO API has it: pixel (x, y) is at `x * height + y`,
 * runs of 0 and 1 take turns and the first is of 0s (possibly empty). The runs sum up to `width * height`.
 */
export interface Rle {
  readonly width: number;
  readonly height: number;
  readonly counts: Uint32Array;
}

/** Width and height in pixels of the image that a mask lies over. */
export interface MaskSize {
  readonly width: number;
  readonly height: number;
}

/** More pixels than any picture has; keeps positions within 31 bits, as the COCO API's string form needs. */
const MAX_MASK_PIXELS = 2 ** 31 - 1;

/** As of JPEG; bounds the work that a made-up size can ask for. */
const MAX_SIDE = 65_535;

/** @throws CareError INPUT_INVALID unless both sides are whole numbers in 0..65535, with at most 2^31 - 1 pixels */
export function checkMaskSize({ width, height }: MaskSize): void {
  const sides = [width, height];
  const possible = sides.every((side) => Number.isInteger(side) && side >= 0 && side <= MAX_SIDE);
  if (possible && width * height <= MAX_MASK_PIXELS) return;
  throw new CareError('INPUT_INVALID', `a mask of ${width} x ${height} pixels is not possible`, {
    remedy: 'Give width and height of the image as whole numbers.',
  });
}

/** @throws CareError INPUT_INVALID when masks over images of different size are compared or merged */
export function checkSameSize(a: MaskSize, b: MaskSize): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new CareError(
    'INPUT_INVALID',
    `a mask of ${a.width} x ${a.height} meets one of ${b.width} x ${b.height} pixels`,
    { remedy: 'Give all masks of an image in the size of that image.' },
  );
}
