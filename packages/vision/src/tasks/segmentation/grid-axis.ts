import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';

/** Where the pixels of one axis of the original lie between the cells of a grid over the model's input. */
export interface GridAxis {
  /** For each pixel the cell whose centre lies at or before that of the pixel. */
  readonly cells: Int32Array;
  /** For each pixel how far it lies on the way to the next cell, 0 <= weight < 1. */
  readonly weights: Float64Array;
  /** The last cell that shows the image; there the weight is 0. */
  readonly lastCell: number;
}

export interface AxisGeometry {
  /** Pixels of the original. */
  readonly pixels: number;
  /** Pixels of the input. */
  readonly input: number;
  /** Where the part of the original that the model sees begins and ends, in pixels of the original. */
  readonly seen: readonly [from: number, to: number];
  readonly scale: number;
  readonly offset: number;
}

export function axesOf({ image, input, seen, scale, offset }: ResizeGeometry): {
  x: AxisGeometry;
  y: AxisGeometry;
} {
  const [x1, y1, x2, y2] = seen;
  return {
    x: { pixels: image.width, input: input.width, seen: [x1, x2], scale: scale.x, offset: offset.x },
    y: { pixels: image.height, input: input.height, seen: [y1, y2], scale: scale.y, offset: offset.y },
  };
}

/**
 * Bilinear sampling with half-pixel centres, as OpenCV's INTER_LINEAR: pixel p looks at ((p + 0.5) * scale + offset) / stride - 0.5.
 * Beyond the outermost cells whose centre shows the image it stays at these: cells of the padding have no part in a mask. With
 * padding of whole cells this is the same as cutting the padding off and resizing the rest.
 */
export function gridAxis({ pixels, input, seen, scale, offset }: AxisGeometry, cellCount: number): GridAxis {
  const perPixel = cellCount / input;
  const begin = Math.max(0, (seen[0] * scale + offset) * perPixel);
  const end = Math.min(cellCount, (seen[1] * scale + offset) * perPixel);
  // An image narrower than a cell may hold no centre: then the cell around its middle is taken.
  const middle = Math.min(cellCount - 1, Math.max(0, Math.floor((begin + end) / 2)));
  const from = Math.ceil(begin - 0.5);
  const to = Math.ceil(end - 0.5) - 1;
  const [firstCell, lastCell] = from <= to ? [from, to] : [middle, middle];
  const cells = new Int32Array(pixels);
  const weights = new Float64Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = ((pixel + 0.5) * scale + offset) * perPixel - 0.5;
    const clamped = at > firstCell ? Math.min(at, lastCell) : firstCell;
    const cell = Math.floor(clamped);
    cells[pixel] = cell;
    weights[pixel] = clamped - cell;
  }
  return { cells, weights, lastCell };
}
