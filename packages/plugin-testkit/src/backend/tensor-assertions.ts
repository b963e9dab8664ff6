import assert from 'node:assert/strict';
import type { InferenceBackend, InferenceSession, LoadedModel } from '@care/registry-core';
import { compareOutputs } from '@care/registry-core/agreement';
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

/** @param tolerance greatest allowed absolute difference */
export function assertTensors(actual: Tensors, expected: Tensors, tolerance: number, what: string): void {
  assert.deepEqual(
    Object.keys(actual).toSorted(),
    Object.keys(expected).toSorted(),
    `${what}: names of the outputs`,
  );
  const exactly = { absolute: tolerance, relative: 0, share: 0 };
  for (const found of compareOutputs(expected, actual, { tolerance: exactly }).outputs) {
    const where = `${what}: output "${found.name}"`;
    assert.equal(found.candidate?.type, found.reference?.type, `${where}: type`);
    assert.deepEqual(found.candidate?.dims, found.reference?.dims, `${where}: dims`);
    assert.equal(
      actual[found.name]?.data.constructor,
      expected[found.name]?.data.constructor,
      `${where}: class of the data`,
    );
    assert.ok(!found.mismatches.includes('length'), `${where}: number of elements`);
    const { element = 0, reference = '', candidate = '' } = found.firstBeyond ?? {};
    assert.equal(found.beyond, 0, `${where}: element ${element} is ${candidate}, expected ${reference}`);
  }
}
