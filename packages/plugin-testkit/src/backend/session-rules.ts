import assert from 'node:assert/strict';
import type { Tensor } from '@care/registry-core';
import { assertRejects } from '../contract-check.js';
import type { BackendRule } from './backend-checks.js';
import { assertTensors, withSession } from './tensor-assertions.js';

const OPEN_CYCLES = 25;

/** The model doubles, so what comes out is known for every number. */
function pair(first: number): { readonly inputs: { x: Tensor }; readonly outputs: { y: Tensor } } {
  const data = new Float32Array([first, first + 1]);
  return {
    inputs: { x: { type: 'float32', dims: [1, 2], data } },
    outputs: { y: { type: 'float32', dims: [1, 2], data: data.map((value) => 2 * value) } },
  };
}

export const sessionRules: Readonly<Record<string, BackendRule>> = {
  'describes inputs, outputs and device of a session': async ({ backend }, { doubling }) => {
    const { devices } = await backend.probe();
    await withSession(backend, doubling, (session) => {
      for (const [name, specs] of Object.entries({ x: session.inputs, y: session.outputs })) {
        const [spec] = specs;
        assert.ok(
          specs.length === 1 && spec !== undefined,
          `expected one tensor "${name}", got ${specs.length}`,
        );
        assert.equal(spec.name, name, 'name');
        assert.equal(spec.type, 'float32', `type of "${name}"`);
        const [batch, columns] = spec.shape;
        assert.ok(batch === -1 || typeof batch === 'string', `the first dimension of "${name}" is dynamic`);
        assert.deepEqual([spec.shape.length, columns], [2, 2], `shape of "${name}"`);
      }
      const known = devices.filter((device) => device.available).map((device) => device.id);
      assert.ok(known.includes(session.device), `device "${session.device}" is none of ${known.join(', ')}`);
      return Promise.resolve();
    });
  },

  'keeps the output until the next run and the inputs for ever': async ({ backend }, { doubling }) => {
    await withSession(backend, doubling, async (session) => {
      const first = pair(1);
      const output = await session.run(first.inputs);
      await new Promise((resolve) => setImmediate(resolve));
      assertTensors(output, first.outputs, 0, 'a turn of the event loop later');
      assert.deepEqual(first.inputs, pair(1).inputs, 'the input was changed');
      const second = pair(5);
      assertTensors(await session.run(second.inputs), second.outputs, 0, 'the second run');
    });
  },

  'runs two sessions side by side': async ({ backend }, { doubling }) => {
    await withSession(backend, doubling, (one) =>
      withSession(backend, doubling, async (two) => {
        const [left, right] = [pair(1), pair(7)];
        const [a, b] = await Promise.all([one.run(left.inputs), two.run(right.inputs)]);
        assertTensors(a, left.outputs, 0, 'the first session');
        assertTensors(b, right.outputs, 0, 'the second session');
        await one.dispose();
        assertTensors(await two.run(left.inputs), left.outputs, 0, 'after the other was disposed');
      }),
    );
  },

  'says DISPOSED after dispose, which may be called twice': async ({ backend }, { doubling }) => {
    const session = await backend.open(doubling);
    await session.dispose();
    await session.dispose();
    await assertRejects(() => session.run(pair(1).inputs), ['DISPOSED'], 'run after dispose');
  },

  'opens and disposes many times': async ({ backend }, { doubling }) => {
    for (let cycle = 0; cycle < OPEN_CYCLES; cycle++) {
      const { inputs, outputs } = pair(cycle);
      await withSession(backend, doubling, async (session) => {
        assertTensors(await session.run(inputs), outputs, 0, `cycle ${cycle}`);
      });
    }
  },
};
