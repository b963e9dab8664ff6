import type { Tensor } from '@care/registry-core';
import { assertRejects } from '../contract-check.js';
import type { BackendRule } from './backend-checks.js';
import type { Tensors } from './contract-models.js';
import { assertTensors, withSession } from './tensor-assertions.js';

const x: Tensor = { type: 'float32', dims: [1, 2], data: new Float32Array([1, 2]) };

const ILL_INPUTS: Readonly<Record<string, Tensors>> = {
  'a missing input': {},
  'an unknown input': { x, stranger: x },
  'an input of another type': { x: { type: 'int32', dims: [1, 2], data: new Int32Array(2) } },
  'an input of another rank': { x: { type: 'float32', dims: [2], data: new Float32Array(2) } },
  'an input of another shape': { x: { type: 'float32', dims: [1, 3], data: new Float32Array(3) } },
  'less data than the shape says': { x: { type: 'float32', dims: [2, 2], data: new Float32Array(3) } },
  'more data than the shape says': { x: { type: 'float32', dims: [1, 2], data: new Float32Array(4) } },
  'a negative dimension': { x: { type: 'float32', dims: [-1, 2], data: new Float32Array(2) } },
};

/** Ill inputs are named before the engine sees them, and do no harm to the session. */
export const inputRules: Readonly<Record<string, BackendRule>> = Object.fromEntries(
  Object.entries(ILL_INPUTS).map(([name, inputs]): [string, BackendRule] => [
    `says INPUT_INVALID for ${name}`,
    async ({ backend }, { doubling }) => {
      await withSession(backend, doubling, async (session) => {
        await assertRejects(() => session.run(inputs), ['INPUT_INVALID'], 'run');
        const y: Tensor = { type: 'float32', dims: [1, 2], data: new Float32Array([2, 4]) };
        assertTensors(await session.run({ x }), { y }, 0, 'the next run');
      });
    },
  ]),
);
