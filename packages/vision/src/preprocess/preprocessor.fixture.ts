import { fromHalf, type Preprocessing } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import { modelPackage } from '../model-package.fixture.js';
import type { View } from '../tasks/task.js';
import { imagePreprocessor, type ImagePreprocessor } from './image-preprocessor.js';
import { inputLayout } from './input-layout.js';

export type Changes = Partial<Preprocessing>;

/** Pixels as they are, 0..255. */
export const RAW: Changes = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

/** A preprocessor of one image unless `batch` says otherwise. */
export function preprocessor(
  width: number,
  height: number,
  changes: Changes = {},
  type: 'float32' | 'float16' | 'uint8' = 'float32',
  order: 'nchw' | 'nhwc' = 'nchw',
  batch: number | string = 1,
): ImagePreprocessor {
  const model = modelPackage({ inputSize: { width, height }, preprocessing: changes });
  const channels = changes.color === 'gray' ? 1 : 3;
  const shape = order === 'nchw' ? [batch, channels, height, width] : [batch, height, width, channels];
  return imagePreprocessor(model, inputLayout(model, [{ name: 'images', type, shape }]));
}

/** The tensor of a frame. */
export function numbers(processor: ImagePreprocessor, frame: RawFrame): number[] {
  return numbersOf(processor, [{ frame }]);
}

export function numbersOf(processor: ImagePreprocessor, views: readonly View[]): number[] {
  const { tensor } = processor.run(views);
  if (tensor.type === 'float16') return Array.from(tensor.data, fromHalf);
  if (tensor.type === 'float32' || tensor.type === 'uint8') return Array.from(tensor.data);
  throw new Error(`unexpected ${tensor.type}`);
}
