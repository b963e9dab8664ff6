import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import plugin from './index.js';
import { context, loadedModel } from './loaded-model.fixture.js';

interface Reference {
  readonly models: Readonly<
    Record<
      string,
      {
        readonly input: string;
        readonly shape: readonly number[];
        readonly outputs: Readonly<
          Record<string, { dims: number[]; sum: number; max: number; stride: number; values: number[] }>
        >;
      }
    >
  >;
}

// Expected: Intel's OpenVINO from PyPI on the CPU in full precision; tools/fixtures/openvino_reference.py made the file.
const packages = new URL('../../', import.meta.url);
const { models } = JSON.parse(
  readFileSync(new URL('backend-openvino/src/fixtures/demo-outputs.json', packages), 'utf8'),
) as Reference;

it.each(Object.keys(models))('%s: ONNX Runtime and OpenVINO agree', async (path) => {
  const expected = models[path];
  if (expected === undefined) throw new Error(path);
  const bytes = readFileSync(new URL(`registry-demo/models/${path}`, packages));
  const session = await plugin.create(plugin.options.parse({}), context).open(loadedModel(bytes));
  const length = expected.shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, index) => ((index * 7919) % 1009) / 1009);
  const outputs = await session.run({
    [expected.input]: { type: 'float32', dims: expected.shape, data },
  });
  await session.dispose();
  expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected.outputs).toSorted());
  for (const [name, { dims, sum, max, stride, values }] of Object.entries(expected.outputs)) {
    const tensor = outputs[name];
    if (tensor?.type !== 'float32') throw new Error(`${name} is ${tensor?.type ?? 'missing'}`);
    expect(tensor.dims).toEqual(dims);
    for (const [index, value] of values.entries()) {
      expect(Math.abs((tensor.data[index * stride] ?? NaN) - value)).toBeLessThanOrEqual(1e-4 * max);
    }
    const total = tensor.data.reduce((left, right) => left + right, 0);
    expect(Math.abs(total - sum)).toBeLessThanOrEqual(1e-4 * max * Math.sqrt(tensor.data.length));
  }
});
