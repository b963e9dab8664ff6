import type { Tensor } from '@care/registry-core';
import { storeHalves, toHalf } from './half-float.js';
import type { InputLayout } from './input-layout.js';

/**
 * The reused input tensor of a number of images. Kernels write floats: into the tensor itself when it is float32, otherwise into one
 * row that stays in the processor's cache and is converted when it is done. So the kernels see one type of array, whatever the
 * model's, and memory is written once.
 */
export interface InputStorage {
  readonly tensor: Tensor;
  readonly floats: Float32Array;
  /** How far the channels of a pixel lie apart in `floats`. */
  readonly channelStep: number;
  /** Index in `floats` of the pixel that has the index `at` in the tensor. */
  floatsAt(at: number): number;
  /** The row of `count` pixels at `at` of the tensor is in `floats`, all channels of it. */
  rowDone(at: number, count: number): void;
  /** Sets every `step`th number. */
  fill(value: number, from: number, to: number, step: number): void;
  /** Copies single numbers inside the tensor. */
  copy(from: number, to: number): void;
}

type Convert = (from: number, count: number, to: number) => void;

export function inputStorage(layout: InputLayout, images: number): InputStorage {
  const { type, imageDims, order, width, height, channels } = layout;
  const dims = [images, ...imageDims];
  const length = dims.reduce((product, dim) => product * dim, 1);
  const plane = width * height;
  if (type === 'float32') {
    const data = new Float32Array(length);
    return {
      tensor: { type, dims, data },
      floats: data,
      channelStep: order === 'nchw' ? plane : 1,
      floatsAt: (at) => at,
      rowDone: () => undefined,
      ...editing(data, Math.fround),
    };
  }
  const floats = new Float32Array(width * channels);
  const rowDone =
    (convert: Convert) =>
    (at: number, count: number): void => {
      if (order === 'nhwc') convert(0, count * channels, at);
      else for (let c = 0; c < channels; c++) convert(c * width, count, at + c * plane);
    };
  const row = { floats, channelStep: order === 'nchw' ? width : 1, floatsAt: () => 0 };
  if (type === 'float16') {
    const data = new Uint16Array(length);
    return {
      ...row,
      tensor: { type, dims, data },
      rowDone: rowDone((from, count, to) => storeHalves(floats, from, count, data, to)),
      ...editing(data, toHalf),
    };
  }
  // Clamped storing rounds half to even and keeps 0..255.
  const clamped = new Uint8ClampedArray(length);
  return {
    ...row,
    tensor: { type, dims, data: new Uint8Array(clamped.buffer) },
    rowDone: rowDone((from, count, to) => {
      for (let k = 0; k < count; k++) clamped[to + k] = floats[from + k] ?? 0;
    }),
    ...editing(clamped, (value) => value),
  };
}

function editing(
  data: Float32Array | Uint16Array | Uint8ClampedArray,
  encode: (value: number) => number,
): Pick<InputStorage, 'fill' | 'copy'> {
  return {
    fill: (value, from, to, step) => {
      const encoded = encode(value);
      if (step === 1) data.fill(encoded, from, to);
      else for (let i = from; i < to; i += step) data[i] = encoded;
    },
    copy: (from, to) => {
      data[to] = data[from] ?? 0;
    },
  };
}
