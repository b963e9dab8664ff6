import type { Size } from '../../preprocess/resize-geometry.js';

/** How an output of four dimensions holds planes (mask prototypes, or one mask a query) over the model's input. */
export interface MaskGrid {
  readonly order: 'nchw' | 'nhwc';
  readonly planes: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/**
 * [1, planes, height, width], or [1, height, width, planes] (TFLite-style exports) when only this gives a grid with the same
 * step in both directions of the input.
 */
export function maskGrid(shape: readonly (number | undefined)[], input: Size): MaskGrid {
  const [, a, b, c] = shape;
  const isGrid = (height: number | undefined, width: number | undefined): boolean =>
    height !== undefined &&
    width !== undefined &&
    height > 1 &&
    height * input.width === width * input.height;
  if (isGrid(a, b) && !isGrid(b, c) && b !== undefined && c !== undefined) {
    return { order: 'nhwc', planes: c, width: b, height: a };
  }
  return { order: 'nchw', planes: a, width: c, height: b };
}
