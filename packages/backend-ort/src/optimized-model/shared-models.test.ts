import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InferenceSession, Tensor } from '@care/registry-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../index.js';
import { context, loadedModel } from '../loaded-model.fixture.js';
import { ortOptionsSchema } from '../options.js';

const workspace = resolve(import.meta.dirname, '../../../..');
const models = resolve(workspace, process.env.CARE_TEST_ASSETS ?? '../shared', 'models');
const present = existsSync(models);
const files = present ? readdirSync(models).filter((name) => name.endsWith('.onnx')) : [];

describe.skipIf(!present)('real models (skipped: no CARE_TEST_ASSETS)', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'care-optimized-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each(files)('%s answers the same to the last bit when it comes from the cache', async (name) => {
    const model = loadedModel(readFileSync(join(models, name)));
    const answer = async (optimizedModelCache: object | false, outcome: string) => {
      const options = ortOptionsSchema.parse({ optimizedModelCache, intraOpThreads: 1 });
      const session = await plugin.create(options, context).open(model);
      expect(session.info?.optimizedModelCache).toBe(outcome);
      const outputs = await session.run(noiseFor(session));
      const digests = Object.entries(outputs).map(([key, { data }]) => [key, sha256(bytesOf(data))]);
      expect(Object.values(outputs).some(({ data }) => bytesOf(data).some((byte) => byte !== 0))).toBe(true);
      await session.dispose();
      return { inputs: session.inputs, outputs: session.outputs, digests };
    };
    const plain = await answer(false, 'off');
    expect(await answer({ dir }, 'stored')).toEqual(plain);
    expect(await answer({ dir }, 'hit')).toEqual(plain);
  });
});

/** Grey noise for every float32 input. */
function noiseFor(session: InferenceSession): Record<string, Tensor> {
  return Object.fromEntries(
    session.inputs.map(({ name, shape }) => {
      const dims = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : 1));
      const length = dims.reduce((product, dim) => product * dim, 1);
      const data = Float32Array.from({ length }, (_, index) => ((index * 7919) % 256) / 255);
      return [name, { type: 'float32', dims, data }];
    }),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bytesOf(data: Tensor['data']): Buffer {
  if (!ArrayBuffer.isView(data)) throw new Error('a text');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
