import assert from 'node:assert/strict';
import type { InferenceBackend, InferenceSession, LoadedModel, Tensor } from '@care/registry-core';
import type { ModelCase, Tensors } from './contract-models.js';

/** Opens, uses and always disposes. */
export async function withSession<T>(
  backend: InferenceBackend,
  model: LoadedModel,
  use: (session: InferenceSession) => Promise<T>,
): Promise<T> {
  const session = await backend.open(model);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

export async function assertRuns(
  session: InferenceSession,
  { name, runs, tolerance = 0 }: ModelCase,
): Promise<void> {
  for (const { inputs, outputs } of runs) assertTensors(await session.run(inputs), outputs, tolerance, name);
}

export function assertTensors(actual: Tensors, expected: Tensors, tolerance: number, what: string): void {
  assert.deepEqual(
    Object.keys(actual).toSorted(),
    Object.keys(expected).toSorted(),
    `${what}: names of the outputs`,
  );
  for (const [name, tensor] of Object.entries(expected)) {
    const found = actual[name];
    assert.ok(found !== undefined, `${what}: output "${name}" is missing`);
    assertTensor(found, tensor, tolerance, `${what}: output "${name}"`);
  }
}

function assertTensor(actual: Tensor, expected: Tensor, tolerance: number, what: string): void {
  assert.equal(actual.type, expected.type, `${what}: type`);
  assert.deepEqual([...actual.dims], [...expected.dims], `${what}: dims`);
  assert.equal(actual.data.constructor, expected.data.constructor, `${what}: class of the data`);
  assert.equal(actual.data.length, expected.data.length, `${what}: number of elements`);
  for (const [index, wanted] of [...expected.data].entries()) {
    const value = actual.data[index];
    const near =
      typeof wanted === 'number' && typeof value === 'number' && Math.abs(value - wanted) <= tolerance;
    assert.ok(
      near || value === wanted,
      `${what}: element ${index} is ${String(value)}, expected ${String(wanted)}`,
    );
  }
}
