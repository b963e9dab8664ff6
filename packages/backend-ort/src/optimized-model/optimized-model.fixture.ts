import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import type { Tensor } from '@care/registry-core';

const CHANNELS = 64;

/**
 * Conv, BatchNormalization and Relu with 144 KiB of weights that `seed` decides: the engine folds the three into one node.
 * With `external` the weights of the convolution lie in `w.bin`.
 */
export function foldableModel(seed = 1, external = false): { bytes: Uint8Array; weights: Uint8Array } {
  const w = noise(CHANNELS * CHANNELS * 9, seed);
  const floats = (values: Float32Array): Tensor => ({ type: 'float32', dims: [CHANNELS], data: values });
  const bytes = buildOnnxModel({
    inputs: [{ name: 'x', type: 'float32', shape: ['n', CHANNELS, 6, 6] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n', CHANNELS, 4, 4] }],
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
      { op: 'BatchNormalization', inputs: ['c', 'scale', 'bias', 'mean', 'var'], outputs: ['b'] },
      { op: 'Relu', inputs: ['b'], outputs: ['y'] },
    ],
    initializers: {
      w: {
        type: 'float32',
        dims: [CHANNELS, CHANNELS, 3, 3],
        ...(external ? { external: { location: 'w.bin', offset: 0, length: w.byteLength } } : { data: w }),
      },
      scale: floats(noise(CHANNELS, 2)),
      bias: floats(noise(CHANNELS, 3)),
      mean: floats(noise(CHANNELS, 4)),
      var: floats(noise(CHANNELS, 5).map((value) => value + 1)),
    },
  });
  return { bytes, weights: new Uint8Array(w.buffer) };
}

export const foldableInput: Tensor = {
  type: 'float32',
  dims: [1, CHANNELS, 6, 6],
  data: noise(CHANNELS * 36, 6),
};

/** Numbers between -0.5 and 0.5, always the same. */
function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}
