import assert from 'node:assert/strict';
import { isCareError, type InferenceSession, type Tensor } from '@care/registry-core';
import { compareSessions, TENSOR_TOLERANCES } from '@care/registry-core/agreement';
import type { BackendRule } from './backend-checks.js';
import type { OpenReference } from './backend-subject.js';
import type { ModelCase, Tensors } from './contract-models.js';
import { withSession } from './tensor-assertions.js';

/** Random inputs of each shape that a case is run with. */
const ROUNDS = 4;

/** The sessions of the backend give what those of another engine give. */
export function referenceRules(
  cases: readonly ModelCase[],
  openReference: OpenReference,
): [string, BackendRule][] {
  return cases.map((modelCase) => [
    `agrees with the reference on: ${modelCase.name}`,
    async ({ backend }) => {
      try {
        await withSession(backend, modelCase.model, (session) =>
          assertAgrees(session, modelCase, openReference),
        );
      } catch (error) {
        const refused = isCareError(error, 'MODEL_INCOMPATIBLE', 'UNSUPPORTED');
        if (modelCase.optional !== true || !refused) throw error;
      }
    },
  ]);
}

async function assertAgrees(
  session: InferenceSession,
  { name, model, runs, tolerance = 0 }: ModelCase,
  openReference: OpenReference,
): Promise<void> {
  const random = randomNumbers();
  const inputs = runs.flatMap((run) => [
    run.inputs,
    ...Array.from({ length: ROUNDS }, () => randomInputs(run.inputs, random)),
  ]);
  const reference = await openReference(model);
  try {
    const absolute = Math.max(tolerance, TENSOR_TOLERANCES.fp32.absolute);
    const { verdict, reasons } = await compareSessions(reference, session, inputs, {
      precision: 'fp32',
      tolerance: { absolute },
    });
    assert.equal(verdict, 'agrees', `${name}: ${reasons.join('; ')}`);
  } finally {
    await reference.dispose?.();
  }
}

/** Floats are drawn anew; other inputs stay as they are: a model may want indices or flags there. */
function randomInputs(inputs: Tensors, random: () => number): Tensors {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]): [string, Tensor] => [
      name,
      tensor.type === 'float32' ? { ...tensor, data: tensor.data.map(() => 20 * random() - 10) } : tensor,
    ]),
  );
}

/** 0..1, the same row of numbers each time (a linear congruential generator with the constants of Numerical Recipes). */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
