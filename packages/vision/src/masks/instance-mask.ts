import { rleToCoco, type CocoRle } from './coco-rle.js';
import { bitmapFromRle, rleFromBitmap, type MaskBitmap } from './mask-bitmap.js';
import { polygonsFromBitmap, type MaskPolygon } from './mask-polygons.js';
import type { MaskSize, Rle } from './rle.js';

/** The mask of one object in several forms, each made when it is first asked for and then kept. */
export interface InstanceMask {
  /** The upright original image that the mask lies over. */
  readonly image: MaskSize;
  /** 0/1 over the object's box: the smallest around the mask when it was made from run lengths. */
  bitmap(): MaskBitmap;
  /** Run lengths over the whole image, for comparing. */
  rle(): Rle;
  /** Compressed run lengths, as COCO files have them. */
  cocoRle(): CocoRle;
  /** Outlines with their holes apart. */
  polygons(): readonly MaskPolygon[];
}

/** A mask from its run lengths: what a segmentation prediction holds. */
export function instanceMask(mask: Rle): InstanceMask;
/** A mask from a bitmap, or from what makes the bitmap when somebody looks at the mask. */
export function instanceMask(image: MaskSize, source: MaskBitmap | (() => MaskBitmap)): InstanceMask;
export function instanceMask(
  ...given: readonly [mask: Rle] | readonly [image: MaskSize, source: MaskBitmap | (() => MaskBitmap)]
): InstanceMask {
  const [{ width, height }] = given;
  const image = { width, height };
  const bitmap = once(given.length === 1 ? () => bitmapFromRle(given[0]) : asFunction(given[1]));
  const rle = once(() => (given.length === 1 ? given[0] : rleFromBitmap(bitmap(), image)));
  return {
    image,
    bitmap,
    rle,
    cocoRle: once(() => rleToCoco(rle())),
    polygons: once(() => polygonsFromBitmap(bitmap())),
  };
}

function asFunction(source: MaskBitmap | (() => MaskBitmap)): () => MaskBitmap {
  return typeof source === 'function' ? source : () => source;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
