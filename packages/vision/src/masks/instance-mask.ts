import { rleFromBitmap, type MaskBitmap } from './mask-bitmap.js';
import { polygonsFromBitmap, type MaskPolygon } from './mask-polygons.js';
import type { MaskSize, Rle } from './rle.js';

/** The mask of one object in three forms, each made when it is first asked for and then kept. */
export interface InstanceMask {
  /** The upright original image that the mask lies over. */
  readonly image: MaskSize;
  /** 0/1 over the object's box. */
  bitmap(): MaskBitmap;
  /** Run lengths over the whole image, for COCO files and for comparing. */
  rle(): Rle;
  /** Outlines with their holes apart. */
  polygons(): readonly MaskPolygon[];
}

/** A mask from a bitmap, or from what makes the bitmap when somebody looks at the mask. */
export function instanceMask(image: MaskSize, source: MaskBitmap | (() => MaskBitmap)): InstanceMask {
  const bitmap = once(typeof source === 'function' ? source : () => source);
  return {
    image,
    bitmap,
    rle: once(() => rleFromBitmap(bitmap(), image)),
    polygons: once(() => polygonsFromBitmap(bitmap())),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
