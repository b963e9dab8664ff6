import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { onnxContractModels } from './onnx-contract-models.js';

// ONNX Runtime is the independent judge of the models that other backends are checked with.
const { cases, corrupt, doubling } = onnxContractModels();
const float32Cases = cases.filter(({ runs }) =>
  Object.values(runs[0]?.inputs ?? {}).every((one) => one.type === 'float32'),
);

it.each(float32Cases)('$name gives the expected numbers in ONNX Runtime', async ({ model, runs }) => {
  const session = await InferenceSession.create(model.model.bytes);
  expect(runs.length).toBeGreaterThan(0);
  for (const { inputs, outputs } of runs) {
    const feeds = Object.entries(inputs).map(([name, { data, dims }]) => {
      return [name, new OrtTensor('float32', Float32Array.from(data, Number), dims)] as const;
    });
    const answers = await session.run(Object.fromEntries(feeds));
    for (const [name, { data, dims }] of Object.entries(outputs)) {
      expect(answers[name]).toMatchObject({ dims, data: Float32Array.from(data, Number) });
    }
  }
  await session.release();
});

it('has at least the operators and element types that the suite promises', () => {
  expect(cases.map((one) => one.name)).toEqual([
    'MatMul',
    'Conv',
    'several inputs and outputs',
    'dynamic dimensions',
    'dynamic dimensions without a name',
    ...['float32', 'int64', 'int32', 'uint8', 'bool', 'float16'].map((type) => `${type} tensors`),
  ]);
  expect(doubling.format).toBe('onnx');
});

it.each(corrupt)('$name is refused', async ({ model }) => {
  await expect(InferenceSession.create(model.model.bytes)).rejects.toThrow();
});
