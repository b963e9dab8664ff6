import { readFileSync } from 'node:fs';
import { isCareError } from '@care/registry-core';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOnnxBytes } from './read-onnx.js';

interface Reference {
  readonly cases: readonly { readonly name: string; readonly base64: string; readonly facts: object }[];
}

/** Made by tools/fixtures/onnx_metadata.py with the `onnx` Python package: models, and what that package reads from them. */
const reference = JSON.parse(
  readFileSync(new URL('fixtures/onnx-metadata.json', import.meta.url), 'utf8'),
) as Reference;

describe('readOnnxBytes against the onnx Python package', () => {
  for (const { name, base64, facts } of reference.cases) {
    it(`reads the model "${name}"`, async () => {
      const read = await readOnnxBytes(Buffer.from(base64, 'base64'), `${name}.onnx`);
      const byTensor = (a: { tensor: string }, b: { tensor: string }) => (a.tensor < b.tensor ? -1 : 1);
      expect({ ...read, externalData: [...read.externalData].sort(byTensor) }).toEqual(sortExternal(facts));
    });
  }

  function sortExternal(facts: object): object {
    const external: unknown = Reflect.get(facts, 'externalData');
    if (!Array.isArray(external)) return facts;
    const entries = external as { tensor: string }[];
    return { ...facts, externalData: [...entries].sort((a, b) => (a.tensor < b.tensor ? -1 : 1)) };
  }
});

const model = buildOnnxModel({
  inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 64, 64] }],
  outputs: [{ name: 'output0', type: 'float32', shape: [1, 3, 64, 64] }],
  nodes: [{ op: 'Mul', inputs: ['images', 'w'], outputs: ['output0'] }],
  initializers: { w: { type: 'float32', dims: [3, 64, 64], data: new Float32Array(3 * 64 * 64).fill(0.5) } },
  metadata: { task: 'detect', names: "{0: 'a'}" },
});

describe('readOnnxBytes on damaged files', () => {
  it('reads the intact model', async () => {
    const facts = await readOnnxBytes(model, 'm.onnx');
    expect(facts.weights).toEqual({ float32: 12_288 });
    expect(facts.metadata).toEqual({ task: 'detect', names: "{0: 'a'}" });
  });

  const code = async (bytes: Uint8Array): Promise<string> => {
    try {
      await readOnnxBytes(bytes, 'm.onnx');
      return 'read';
    } catch (error) {
      if (isCareError(error)) return error.code;
      throw error;
    }
  };

  it('calls an empty one corrupt', async () => {
    expect(await code(new Uint8Array(0))).toBe('ARTIFACT_CORRUPT');
  });

  it('finds every truncation that takes graph, IR version or operator set', async () => {
    // The operator set is the last but two of the fields; what follows is metadata, whose loss nothing tells.
    const metadataSize = 2 * 2 + 'taskdetect'.length + 4 + "names{0: 'a'}".length + 4;
    for (let length = 1; length < model.length - metadataSize; length += 97) {
      expect(await code(model.subarray(0, length))).toBe('ARTIFACT_CORRUPT');
    }
  });

  it('survives random bytes with a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
        expect(['ARTIFACT_CORRUPT', 'read']).toContain(await code(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('survives flipped bits and cuts of every reference model', async () => {
    const models = reference.cases.map(({ base64 }) => new Uint8Array(Buffer.from(base64, 'base64')));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...models),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 7 })), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (original, flips, kept) => {
          const bytes = original.slice(0, Math.max(1, Math.ceil(original.length * kept)));
          for (const [at, bit] of flips) {
            const index = at % bytes.length;
            bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
          }
          expect(['ARTIFACT_CORRUPT', 'read']).toContain(await code(bytes));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it.each([
    ['a length of 2^63', [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a negative length', [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number that never ends', [0x08, ...Array.from({ length: 12 }, () => 0xff)]],
    ['field number 0', [0x08, 0x08, 0x02, 0x01]],
    ['a group', [0x08, 0x08, 0x0b]],
    ['only an IR version', [0x08, 0x08]],
  ])('refuses %s', async (_name, bytes) => {
    expect(await code(Uint8Array.from(bytes))).toBe('ARTIFACT_CORRUPT');
  });

  it('refuses graphs nested without end', async () => {
    // attribute(5) { g(6) { node(1) { attribute(5) ... } } }, from the inside out.
    let bytes: number[] = [];
    const wrap = (tag: number) => {
      const length = bytes.length;
      const varint = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
      bytes = [tag, ...varint, ...bytes];
    };
    for (let level = 0; level < 40; level++) for (const tag of [0x32, 0x2a, 0x0a]) wrap(tag);
    wrap(0x3a);
    expect(await code(Uint8Array.from([0x08, 8, ...bytes]))).toBe('ARTIFACT_CORRUPT');
  });
});
