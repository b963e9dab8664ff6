import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { buildOnnxModel } from './onnx-builder.js';

/** ONNX Runtime is the independent reader: what it loads and computes, we wrote correctly. */
describe('buildOnnxModel', () => {
  it('writes nodes, initializers, attributes and dynamic dimensions', async () => {
    const bytes = buildOnnxModel({
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 2] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 2] }],
      initializers: { w: { type: 'float32', dims: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
      nodes: [
        {
          op: 'Gemm',
          inputs: ['x', 'w'],
          outputs: ['y'],
          attributes: { alpha: { float: 0.5 }, transB: 1 },
        },
      ],
      metadata: { task: 'detect' },
    });
    const session = await InferenceSession.create(bytes);
    const result = await session.run({ x: new OrtTensor('float32', Float32Array.of(1, 1, 2, 0), [2, 2]) });
    // 0.5 * x * w^T by hand.
    expect([...(result.y?.data as Float32Array)]).toEqual([1.5, 3.5, 1, 3]);
  });

  it('writes int64 initializers and negative values', async () => {
    const bytes = buildOnnxModel({
      inputs: [{ name: 'x', type: 'float32', shape: [2, 3] }],
      outputs: [{ name: 'y', type: 'float32', shape: [6] }],
      initializers: { shape: { type: 'int64', dims: [1], data: BigInt64Array.of(-1n) } },
      nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'], attributes: { allowzero: 0 } }],
    });
    const session = await InferenceSession.create(bytes);
    const x = new OrtTensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    expect((await session.run({ x })).y?.dims).toEqual([6]);
  });
});
