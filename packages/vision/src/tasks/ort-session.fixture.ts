import type { Tensor } from '@care/registry-core';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { RunSession } from './predict-frames.js';

/** A real model in ONNX Runtime: float32 in, float32 out. */
export async function openOrt(path: string): Promise<{ readonly run: RunSession; release(): Promise<void> }> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 2 });
  return {
    run: async (inputs) => fromOrt(await session.run(toOrt(inputs))),
    release: () => session.release(),
  };
}

function toOrt(inputs: Readonly<Record<string, Tensor>>): Record<string, OrtTensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { type, data, dims }]) => {
      if (type !== 'float32') throw new Error(`unexpected ${type} input`);
      return [name, new OrtTensor(type, data, dims)];
    }),
  );
}

function fromOrt(results: Readonly<Record<string, OrtTensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => {
      if (!(data instanceof Float32Array)) throw new Error('unexpected output type');
      return [name, { type: 'float32', data, dims }];
    }),
  );
}
