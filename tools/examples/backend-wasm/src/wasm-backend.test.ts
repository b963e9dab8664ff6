import { backendContract } from '@care/plugin-testkit';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { createBackend, silentLogger, type LoadedModel, type Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import definition from './index.js';

const create = (options: Record<string, number> = {}) =>
  createBackend(definition, options, { rootDir: process.cwd(), env: {}, logger: silentLogger });

backendContract(() => ({ backend: create(), definition }));

describe('wasm', () => {
  it('says what failed when the engine refuses at run time', async () => {
    // Reshape to [3] of an input with any number of elements.
    const session = await create({ intraOpThreads: 1 }).open(
      onnx({
        inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['m'] }],
        nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
        initializers: { shape: { type: 'int64', dims: [1], data: new BigInt64Array([3n]) } },
      }),
    );
    const x: Tensor = { type: 'float32', dims: [2], data: new Float32Array(2) };
    await expect(session.run({ x })).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    await session.dispose();
  });
});

function onnx(description: Parameters<typeof buildOnnxModel>[0]): LoadedModel {
  const bytes = buildOnnxModel(description);
  return { format: 'onnx', precision: 'fp32', model: { name: 'model.onnx', bytes }, externalData: [] };
}
