import type { Tensor } from '@care/registry-core';
import { toHalf } from './half-float.js';
import type { InputLayout } from './input-layout.js';

/** The reused input tensor of a number of images. Kernels write `floats`; `seal` brings them into the tensor's own type. */
export interface InputBuffer {
  readonly tensor: Tensor;
  /** The tensor's own data when it is float32. */
  readonly floats: Float32Array;
  seal(): void;
}

/** A buffer for `images` images. */
export function inputBuffer({ type, imageDims }: InputLayout, images: number): InputBuffer {
  const dims = [images, ...imageDims];
  const floats = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  switch (type) {
    case 'float32':
      return { tensor: { type, dims, data: floats }, floats, seal: () => undefined };
    case 'float16': {
      const data = new Uint16Array(floats.length);
      return { tensor: { type, dims, data }, floats, seal: () => sealHalf(floats, data) };
    }
    case 'uint8': {
      // Clamped storing rounds half to even and keeps 0..255.
      const clamped = new Uint8ClampedArray(floats.length);
      const data = new Uint8Array(clamped.buffer);
      return { tensor: { type, dims, data }, floats, seal: () => clamped.set(floats) };
    }
  }
}

function sealHalf(floats: Float32Array, data: Uint16Array): void {
  let value = NaN;
  let half = 0;
  for (let i = 0; i < floats.length; i++) {
    const next = floats[i] ?? 0;
    // Padding and flat areas repeat the same number.
    if (next !== value) {
      value = next;
      half = toHalf(next);
    }
    data[i] = half;
  }
}
