import type { Tensor } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import type { ResizeGeometry } from '../preprocess/resize-geometry.js';
import type { TaskProcessor } from './task.js';

/** Inputs and geometry of one whole picture. */
export function prepare(
  processor: TaskProcessor,
  frame: RawFrame,
): { readonly inputs: Readonly<Record<string, Tensor>>; readonly geometry: ResizeGeometry } {
  const { inputs, geometries } = processor.preprocess([{ frame }]);
  const [geometry] = geometries;
  if (geometry === undefined) throw new Error('no geometry');
  return { inputs, geometry };
}
