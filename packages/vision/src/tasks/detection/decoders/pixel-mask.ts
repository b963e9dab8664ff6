import type { Tensor } from '@care/registry-core';
import type { ResizeGeometry } from '../../../preprocess/resize-geometry.js';
import { batchOf, isOpen } from '../../../preprocess/input-layout.js';
import type { DecoderContext } from '../decoder.js';

/**
 * The second input of DETR as transformers exports it: `pixel_mask` [N, H, W], 1 where the picture lies and 0 on its padding. A mask of
 * another size than the input (64 x 64 in many exports) is the same mask, scaled.
 * @param geometries of the images of the run; a place without one is all picture
 */
export function pixelMaskInput(
  { signature, input }: DecoderContext,
  images: number,
  geometries: readonly ResizeGeometry[] = [],
): Record<string, Tensor> {
  const spec = signature.inputs.find(({ name, shape }) => /mask/i.test(name) && shape.length === 3);
  if (spec === undefined) return {};
  const [, rows, columns] = spec.shape;
  const height = typeof rows === 'number' && !isOpen(rows) ? rows : input.height;
  const width = typeof columns === 'number' && !isOpen(columns) ? columns : input.width;
  const count = batchOf(spec) ?? images;
  const isPicture = Array.from({ length: count }, (_, place) =>
    maskOf(geometries[place], width, height),
  ).flat();
  const dims = [count, height, width];
  const { name, type } = spec;
  if (type === 'int64') return { [name]: { type, dims, data: BigInt64Array.from(isPicture, BigInt) } };
  if (type === 'int32') return { [name]: { type, dims, data: Int32Array.from(isPicture) } };
  if (type === 'float32') return { [name]: { type, dims, data: Float32Array.from(isPicture) } };
  if (type === 'bool') return { [name]: { type, dims, data: Uint8Array.from(isPicture) } };
  return {};
}

function maskOf(geometry: ResizeGeometry | undefined, width: number, height: number): number[] {
  if (geometry === undefined) return Array.from({ length: width * height }, () => 1);
  const { offset, scale, seen, resized, input } = geometry;
  const inside = (cell: number, cells: number, size: number, begin: number, length: number): boolean => {
    const pixel = ((cell + 0.5) * size) / cells;
    return pixel > begin && pixel < begin + length;
  };
  const x = Math.round(offset.x + seen[0] * scale.x);
  const y = Math.round(offset.y + seen[1] * scale.y);
  return Array.from({ length: width * height }, (_, index) => {
    const column = inside(index % width, width, input.width, x, resized.width);
    return column && inside(Math.floor(index / width), height, input.height, y, resized.height) ? 1 : 0;
  });
}
