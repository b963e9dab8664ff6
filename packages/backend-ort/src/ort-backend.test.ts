import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CareErrorCode, InferenceSession, Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import plugin from './index.js';
import { context, externalWeightModel, loadedModel, unaryModel } from './loaded-model.fixture.js';
import { ortOptionsSchema } from './options.js';

const opened: InferenceSession[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const session of opened.splice(0)) await session.dispose();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

function backend(options: object = {}) {
  return plugin.create(ortOptionsSchema.parse(options), context);
}

async function open(bytes: Uint8Array, external: Record<string, Uint8Array> = {}, options: object = {}) {
  const session = await backend(options).open(loadedModel(bytes, external));
  opened.push(session);
  return session;
}

function coded(code: CareErrorCode, message?: RegExp) {
  return expect.objectContaining({
    code,
    ...(message === undefined ? {} : { message: expect.stringMatching(message) as string }),
  }) as Error;
}

describe('tensors', () => {
  const tensors: Tensor[] = [
    { type: 'float32', dims: [1, 2], data: new Float32Array([1.5, -2]) },
    { type: 'float64', dims: [1, 2], data: new Float64Array([1.5, -2]) },
    // 0x3c00 = 1 and 0xc000 = -2 in IEEE 754 half precision
    { type: 'float16', dims: [1, 2], data: new Uint16Array([0x3c00, 0xc000]) },
    { type: 'uint8', dims: [1, 2], data: new Uint8Array([1, 255]) },
    { type: 'int8', dims: [1, 2], data: new Int8Array([1, -128]) },
    { type: 'uint16', dims: [1, 2], data: new Uint16Array([1, 65535]) },
    { type: 'int16', dims: [1, 2], data: new Int16Array([1, -32768]) },
    { type: 'uint32', dims: [1, 2], data: new Uint32Array([1, 4294967295]) },
    { type: 'int32', dims: [1, 2], data: new Int32Array([1, -2147483648]) },
    { type: 'uint64', dims: [1, 2], data: new BigUint64Array([1n, 2n ** 64n - 1n]) },
    { type: 'int64', dims: [1, 2], data: new BigInt64Array([1n, -(2n ** 63n)]) },
    { type: 'bool', dims: [1, 2], data: new Uint8Array([1, 0]) },
    { type: 'string', dims: [1, 2], data: ['fall', 'über'] },
  ];

  it.each(tensors)('passes $type in and out unchanged', async (tensor) => {
    const session = await open(unaryModel(tensor.type, ['n', 2]));
    expect(session.inputs).toEqual([{ name: 'x', type: tensor.type, shape: ['n', 2] }]);
    expect((await session.run({ x: tensor })).y).toEqual(tensor);
  });

  it('passes scalars and empty tensors', async () => {
    const scalar = await open(unaryModel('float32', []));
    const one: Tensor = { type: 'float32', dims: [], data: new Float32Array([3]) };
    expect((await scalar.run({ x: one })).y).toEqual(one);
    const list = await open(unaryModel('float32', ['n', 2]));
    const none: Tensor = { type: 'float32', dims: [0, 2], data: new Float32Array(0) };
    expect((await list.run({ x: none })).y).toEqual(none);
  });

  it('gives -1 for a dynamic dimension without a name', async () => {
    const session = await open(unaryModel('float32', [-1, 2]));
    expect(session.inputs[0]?.shape).toEqual([-1, 2]);
  });

  it('computes: Abs of the input', async () => {
    const session = await open(unaryModel('float32', [3], { op: 'Abs' }));
    const x: Tensor = { type: 'float32', dims: [3], data: new Float32Array([-1, 0, 2.5]) };
    expect((await session.run({ x })).y?.data).toEqual(new Float32Array([1, 0, 2.5]));
  });

  it('takes data in shared memory, which the binding itself refuses', async () => {
    const session = await open(unaryModel('float32', [2]));
    const data = new Float32Array(new SharedArrayBuffer(8));
    data.set([4, 5]);
    expect((await session.run({ x: { type: 'float32', dims: [2], data } })).y?.data).toEqual(
      new Float32Array([4, 5]),
    );
  });
});

describe('inputs are checked before the engine sees them', () => {
  const data = new Float32Array(2);
  const cases: [string, Record<string, Tensor>, RegExp][] = [
    ['missing', {}, /"x".*missing/],
    [
      'unknown',
      { x: { type: 'float32', dims: [1, 2], data }, z: { type: 'float32', dims: [1, 2], data } },
      /"z".*no input/,
    ],
    ['of another type', { x: { type: 'int32', dims: [1, 2], data: new Int32Array(2) } }, /int32.*float32/],
    ['of another rank', { x: { type: 'float32', dims: [2], data } }, /shape is \[2\]/],
    [
      'of another size',
      { x: { type: 'float32', dims: [1, 3], data: new Float32Array(3) } },
      /\[1, 3\].*\[n, 2\]/,
    ],
    ['of a negative size', { x: { type: 'float32', dims: [-1, 2], data } }, /\[-1, 2\]/],
    ['shorter than its shape', { x: { type: 'float32', dims: [3, 2], data } }, /2 elements.*says 6/],
  ];
  it.each(cases)('an input that is %s is INPUT_INVALID', async (_name, inputs, message) => {
    const session = await open(unaryModel('float32', ['n', 2]));
    await expect(session.run(inputs)).rejects.toThrow(coded('INPUT_INVALID', message));
  });
});

describe('files that do not open', () => {
  const whole = unaryModel('float32', [1, 2]);
  const cases: [string, Uint8Array, CareErrorCode, RegExp][] = [
    ['an empty file', new Uint8Array(0), 'ARTIFACT_CORRUPT', /model\.onnx/],
    ['a text', Buffer.from('this is no model'), 'ARTIFACT_CORRUPT', /model\.onnx/],
    [
      'a Git LFS pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3'),
      'ARTIFACT_CORRUPT',
      /not a readable/,
    ],
    ['a truncated model', whole.subarray(0, whole.length - 20), 'ARTIFACT_CORRUPT', /not a readable/],
    ['a model without a graph', new Uint8Array([8, 8]), 'ARTIFACT_CORRUPT', /No graph/],
    [
      'an opset of the future',
      unaryModel('float32', [1], { opset: 999 }),
      'MODEL_INCOMPATIBLE',
      /[Oo]pset 999/,
    ],
    [
      'an IR version of the future',
      unaryModel('float32', [1], { irVersion: 99 }),
      'MODEL_INCOMPATIBLE',
      /IR version: 99/,
    ],
    ['an unknown operator', unaryModel('float32', [1], { op: 'NoSuchOp' }), 'MODEL_INCOMPATIBLE', /NoSuchOp/],
    [
      'an operator of a foreign domain',
      unaryModel('float32', [1], { op: 'Foo', domain: 'my.own' }),
      'MODEL_INCOMPATIBLE',
      /my\.own:Foo/,
    ],
  ];
  it.each(cases)('%s', async (_name, bytes, code, message) => {
    await expect(open(bytes)).rejects.toThrow(coded(code, message));
  });

  it('another format is MODEL_INCOMPATIBLE', async () => {
    const model = { ...loadedModel(whole), format: 'openvino-ir' };
    await expect(backend().open(model)).rejects.toThrow(coded('MODEL_INCOMPATIBLE', /openvino-ir/));
  });

  it('bytes changed at random open or fail with a coded error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (changes) => {
          const bytes = whole.slice();
          for (const [offset, value] of changes) bytes[offset] = value;
          const outcome = await open(bytes).catch((error: unknown) => error);
          if (outcome instanceof Error) {
            expect(['ARTIFACT_CORRUPT', 'MODEL_INCOMPATIBLE', 'ARTIFACT_MISSING']).toContain(
              'code' in outcome ? outcome.code : outcome.message,
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('external data', () => {
  const x: Tensor = { type: 'float32', dims: [2], data: new Float32Array([1, 2]) };

  it('is taken from the given bytes', async () => {
    const w = new Uint8Array(new Float32Array([10, 20]).buffer);
    const session = await open(externalWeightModel(), { 'w.bin': w });
    expect((await session.run({ x })).y?.data).toEqual(new Float32Array([11, 22]));
  });

  it('that is not given is ARTIFACT_MISSING, even when such a file lies in the working directory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'care-ort-'));
    folders.push(folder);
    await writeFile(join(folder, 'w.bin'), new Uint8Array(8));
    const options = { sessionConfig: { 'session.model_external_initializers_file_folder_path': folder } };
    await expect(open(externalWeightModel(), {}, options)).rejects.toThrow(
      coded('ARTIFACT_MISSING', /w\.bin/),
    );
  });

  it('that is too short is ARTIFACT_CORRUPT', async () => {
    await expect(open(externalWeightModel(), { 'w.bin': new Uint8Array(4) })).rejects.toThrow(
      coded('ARTIFACT_CORRUPT'),
    );
  });
});

describe('devices', () => {
  it('says what is there and what would mend the rest', async () => {
    const probe = await backend().probe();
    expect(probe).toMatchObject({ available: true, engineVersion: '1.30.0' });
    expect(probe.devices.find(({ id }) => id === 'cpu')).toEqual({ id: 'cpu', available: true });
    for (const device of probe.devices.filter(({ available }) => !available)) {
      expect(device.reason).toBeTruthy();
      expect(device.remedy).toBeTruthy();
    }
  });

  it('never falls back to the CPU when another device was asked for', async () => {
    const { devices } = await backend().probe();
    const absent = devices.filter(({ available }) => !available);
    for (const { id } of absent) {
      const attempt = backend().open(loadedModel(unaryModel('float32', [1])), { device: id });
      await expect(attempt).rejects.toThrow(coded('BACKEND_UNAVAILABLE', new RegExp(id)));
    }
    const unknown = backend().open(loadedModel(unaryModel('float32', [1])), { device: 'abacus' });
    await expect(unknown).rejects.toThrow(coded('BACKEND_UNAVAILABLE', /abacus/));
  });

  it('takes the next of the devices that the host prefers, and says which', async () => {
    const devices = process.platform === 'darwin' ? ['dml', 'cpu'] : ['coreml', 'cpu'];
    const session = await open(unaryModel('float32', [1]), {}, { devices });
    expect(session.device).toBe('cpu');
    await expect(open(unaryModel('float32', [1]), {}, { devices: devices.slice(0, 1) })).rejects.toThrow(
      coded('BACKEND_UNAVAILABLE'),
    );
  });
});

describe('sessions', () => {
  it('dispose twice, and refuse to run afterwards', async () => {
    const session = await open(unaryModel('float32', [1]));
    await session.dispose();
    await session.dispose();
    const x: Tensor = { type: 'float32', dims: [1], data: new Float32Array(1) };
    await expect(session.run({ x })).rejects.toThrow(coded('DISPOSED'));
  });

  it('a failure of the engine is INFERENCE_FAILED', async () => {
    // Reshape to [3] of an input with a dynamic number of elements
    const session = await open(
      unaryModel('float32', ['n'], {
        nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
        initializers: { shape: { type: 'int64', dims: [1], data: new BigInt64Array([3n]) } },
      }),
    );
    const x: Tensor = { type: 'float32', dims: [2], data: new Float32Array(2) };
    await expect(session.run({ x })).rejects.toThrow(coded('INFERENCE_FAILED', /reshape/i));
  });

  it('are not opened for a caller who has gone', async () => {
    const signal = AbortSignal.abort();
    await expect(backend().open(loadedModel(unaryModel('float32', [1])), { signal })).rejects.toThrow(
      coded('ABORTED'),
    );
  });

  it('take every option that the schema has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'care-ort-'));
    folders.push(folder);
    const session = await open(
      unaryModel('float32', [1]),
      {},
      {
        devices: ['cpu'],
        intraOpThreads: 1,
        interOpThreads: 2,
        executionMode: 'parallel',
        graphOptimizationLevel: 'basic',
        enableCpuMemArena: false,
        enableMemPattern: false,
        logSeverityLevel: 4,
        spinning: 'off',
        optimizedModelCache: { dir: folder, maxBytes: 1000 },
        providerOptions: { cpu: {} },
        profiling: { prefix: join(folder, 'trace') },
        sessionConfig: { 'session.set_denormal_as_zero': '1' },
      },
    );
    expect(session.info).toMatchObject({
      provider: 'cpu',
      intraOpThreads: 1,
      graphOptimizationLevel: 'basic',
    });
    await session.dispose();
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^trace.*\.json$/)]);
  });

  it('reject options that the schema does not have', () => {
    expect(ortOptionsSchema.safeParse({ graphOptimisationLevel: 'all' }).success).toBe(false);
    expect(ortOptionsSchema.safeParse({ devices: ['gpu'] }).success).toBe(false);
    // The binding would ignore both.
    expect(ortOptionsSchema.safeParse({ providerOptions: { tensorrt: { fp16: true } } }).success).toBe(false);
    expect(ortOptionsSchema.safeParse({ providerOptions: { cpu: { useArena: false } } }).success).toBe(false);
    expect(ortOptionsSchema.safeParse({}).success).toBe(true);
  });
});
