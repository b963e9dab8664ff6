import { readFileSync } from 'node:fs';
import type { Preprocessing, Tensor } from '@care/registry-core';

/** Masks that OpenCV and scipy make of random prototypes; made by tools/fixtures/vision_masks.py. */
export interface MaskCase {
  readonly name: string;
  readonly reference: readonly string[];
  readonly image: readonly [width: number, height: number];
  readonly input: readonly [width: number, height: number];
  readonly resize: Preprocessing['resize'];
  readonly padPosition: Preprocessing['padPosition'];
  readonly grid: readonly [width: number, height: number];
  /** One list of values, row by row, for each prototype. */
  readonly prototypes: readonly (readonly number[])[];
  readonly coefficients: readonly (readonly number[])[];
  /** x1, y1, x2, y2 in pixels of the input. */
  readonly boxes: readonly (readonly number[])[];
  /** COCO's compressed run lengths, for each object. */
  readonly counts: readonly string[];
}

export function maskCases(): readonly MaskCase[] {
  const file = new URL('fixtures/upsampled-masks.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: MaskCase[] }).cases;
}

/** The prototypes as an output, in either order of dimensions. */
export function prototypeTensor({ grid, prototypes }: MaskCase, order: 'nchw' | 'nhwc' = 'nchw'): Tensor {
  const [width, height] = grid;
  const cells = width * height;
  const values =
    order === 'nchw'
      ? prototypes.flat()
      : Array.from({ length: cells }, (_, cell) => prototypes.map((plane) => plane[cell] ?? NaN)).flat();
  const dims =
    order === 'nchw' ? [1, prototypes.length, height, width] : [1, height, width, prototypes.length];
  return { type: 'float32', dims, data: Float32Array.from(values) };
}

/** The mask logits of each object on the grid, as DETR-like models give them. */
export function queryTensor({ grid, prototypes, coefficients }: MaskCase): Tensor {
  const [width, height] = grid;
  const planes = coefficients.map((weights) =>
    Array.from({ length: width * height }, (_, cell) =>
      prototypes.reduce((sum, plane, k) => sum + (weights[k] ?? NaN) * (plane[cell] ?? NaN), 0),
    ),
  );
  const dims = [1, coefficients.length, height, width];
  return { type: 'float32', dims, data: Float32Array.from(planes.flat()) };
}
