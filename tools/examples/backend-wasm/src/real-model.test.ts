import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ort from '@care/backend-ort';
import { createBackend, silentLogger, type BackendDefinition, type Tensor } from '@care/registry-core';
import { expect, it } from 'vitest';
import wasm from './index.js';

const models = join(import.meta.dirname, '../../../../packages/registry-demo/models');

/** The detector of the demo, 320 x 320, on a picture of noise. */
async function answer(definition: BackendDefinition): Promise<Tensor | undefined> {
  const backend = createBackend(definition, {}, { rootDir: models, env: {}, logger: silentLogger });
  const bytes = readFileSync(join(models, 'room-detector/room-detector.onnx'));
  const session = await backend.open({
    format: 'onnx',
    precision: 'fp32',
    model: { name: 'room-detector.onnx', bytes },
    externalData: [],
  });
  const data = Float32Array.from({ length: 3 * 320 * 320 }, (_, index) => ((index * 7919) % 256) / 255);
  const outputs = await session.run({ images: { type: 'float32', dims: [1, 3, 320, 320], data } });
  await session.dispose();
  return outputs.output0;
}

it('answers a real detector as the native engine does', async () => {
  const [native, portable] = [await answer(ort), await answer(wasm)];
  expect(portable?.dims).toEqual([1, 8, 2100]);
  expect(portable?.dims).toEqual(native?.dims);
  const [left, right] = [native, portable].map((tensor) => Array.from(tensor?.data ?? [], Number));
  const furthest = Math.max(
    ...(left ?? []).map((value, at) => Math.abs(value - (right?.[at] ?? Number.NaN))),
  );
  // Boxes are in pixels of 320, scores within 0..1; single precision, summed in another order.
  expect(furthest).toBeLessThan(0.01);
  expect(Math.max(...(left ?? []))).toBeGreaterThan(100);
});
