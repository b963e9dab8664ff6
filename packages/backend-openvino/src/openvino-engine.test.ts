import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession, LoadedModel, OpenOptions, Tensor } from '@care/registry-core';
import { afterEach, describe, expect, it } from 'vitest';
import { absence, backend, onEngine, onnx } from './engine.fixture.js';
import { demoModel, matmulIr, patternInput, reference } from './reference-outputs.fixture.js';

const opened: InferenceSession[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const session of opened.splice(0)) await session.dispose();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function open(model: LoadedModel, options: object = {}, how: OpenOptions = {}) {
  const session = await backend(options).open(model, how);
  opened.push(session);
  return session;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'care-openvino-test-'));
  folders.push(path);
  return path;
}

const SMALL = 'room-bed-state/room-bed-state-1.1.0.onnx';
const LARGE = 'room-segmentation/room-segmentation-1.1.0.onnx';

const x: Tensor = { type: 'float32', dims: [1, 2], data: new Float32Array([1, 2]) };

describe.skipIf(absence !== undefined)(onEngine, () => {
  describe('agrees with the numbers of PyPI openvino', () => {
    it.each(Object.keys(reference.models))('%s', async (name) => {
      const expected = reference.models[name];
      if (expected === undefined) throw new Error(name);
      const session = await open(demoModel(name));
      const outputs = await session.run({ [expected.input]: patternInput(expected.shape) });
      expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected.outputs).toSorted());
      for (const [output, { dims, stride, values, max }] of Object.entries(expected.outputs)) {
        const tensor = outputs[output];
        expect(tensor?.dims).toEqual(dims);
        // The same engine and precision: what is left is the order of additions across threads.
        for (const [index, value] of values.entries()) {
          expect(Math.abs(Number(tensor?.data[index * stride]) - value)).toBeLessThanOrEqual(1e-4 * max);
        }
      }
    });
  });

  describe('opens OpenVINO IR', () => {
    it('from the bytes of both files', async () => {
      const session = await open(matmulIr());
      expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: [-1, 2] }]);
      // 1*5+2*7, 1*6+2*8
      expect((await session.run({ x })).y?.data).toEqual(new Float32Array([19, 22]));
    });

    it('and says which of the files is missing, short or damaged', async () => {
      const ir = matmulIr();
      const [weights] = ir.externalData;
      const text = Buffer.from(ir.model.bytes).toString();
      const withXml = (xml: string) => ({ ...ir, model: { name: 'matmul.xml', bytes: Buffer.from(xml) } });
      const short = [{ name: 'matmul.bin', bytes: weights?.bytes.subarray(0, 8) ?? new Uint8Array(8) }];
      const failures: [LoadedModel, string][] = [
        [{ ...ir, externalData: [] }, 'ARTIFACT_MISSING'],
        [{ ...ir, externalData: short }, 'ARTIFACT_CORRUPT'],
        ...[40, 100, 250, 300, 599, 1000].map((end): [LoadedModel, string] => [
          withXml(text.slice(0, end)),
          'ARTIFACT_CORRUPT',
        ]),
        [withXml('this is no model'), 'ARTIFACT_CORRUPT'],
        [withXml(''), 'ARTIFACT_CORRUPT'],
        [withXml(text.replace('type="MatMul"', 'type="NoSuchOp"')), 'MODEL_INCOMPATIBLE'],
        [{ ...ir, externalData: [...ir.externalData, ...ir.externalData] }, 'MODEL_INCOMPATIBLE'],
      ];
      for (const [model, code] of failures) await expect(open(model)).rejects.toMatchObject({ code });
    });
  });

  describe('external data of ONNX', () => {
    const model = (location: string, given: LoadedModel['externalData']) =>
      onnx(
        {
          inputs: [{ name: 'x', type: 'float32', shape: [1, 2] }],
          outputs: [{ name: 'y', type: 'float32', shape: [1, 2] }],
          nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
          initializers: { w: { type: 'float32', dims: [2], external: { location, offset: 0, length: 8 } } },
        },
        given,
      );
    const bytes = new Uint8Array(new Float32Array([10, 20]).buffer);

    it('is read from the given bytes, in folders, too, and leaves nothing behind', async () => {
      const before = (await readdir(tmpdir())).filter((name) => name.startsWith('care-openvino-')).length;
      const session = await open(model('weights/w.bin', [{ name: 'weights/w.bin', bytes }]));
      expect((await session.run({ x })).y?.data).toEqual(new Float32Array([11, 22]));
      await session.dispose();
      expect((await readdir(tmpdir())).filter((name) => name.startsWith('care-openvino-')).length).toBe(
        before,
      );
    });

    it('that is not given is not looked for on the disk', async () => {
      const path = join(await folder(), 'w.bin');
      await writeFile(path, bytes);
      for (const location of [path, 'w.bin', '../w.bin']) {
        await expect(open(model(location, []))).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
      }
    });

    it('never leads out of its own folder', async () => {
      for (const name of ['../w.bin', join(await folder(), 'w.bin')]) {
        await expect(open(model(name, [{ name, bytes }]))).rejects.toMatchObject({ code: 'PATH_FORBIDDEN' });
      }
    });

    it('that is too short is ARTIFACT_CORRUPT', async () => {
      const short = [{ name: 'w.bin', bytes: bytes.subarray(0, 4) }];
      await expect(open(model('w.bin', short))).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
    });
  });

  describe('tensors', () => {
    it('go to the input of their name, whatever the order they are given in', async () => {
      const session = await open(
        onnx({
          inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape: [2] })),
          outputs: [{ name: 'd', type: 'float32', shape: [2] }],
          nodes: [{ op: 'Sub', inputs: ['a', 'b'], outputs: ['d'] }],
        }),
      );
      const tensor = (values: number[]): Tensor => ({
        type: 'float32',
        dims: [2],
        data: new Float32Array(values),
      });
      const { d } = await session.run({ b: tensor([1, 2]), a: tensor([10, 20]) });
      expect(d?.data).toEqual(new Float32Array([9, 18]));
    });

    it('are copied where they are a part of a buffer, or shared', async () => {
      const session = await open(matmulIr());
      const part = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
      const shared = new Float32Array(new SharedArrayBuffer(8));
      shared.set([1, 2]);
      for (const data of [part, shared]) {
        const { y } = await session.run({ x: { type: 'float32', dims: [1, 2], data } });
        expect(y?.data).toEqual(new Float32Array([19, 22]));
      }
    });

    it('of 64-bit integers that OpenVINO would cut are refused, not computed wrongly', async () => {
      const session = await open(
        onnx({
          inputs: [{ name: 'x', type: 'int64', shape: [2] }],
          outputs: [{ name: 'y', type: 'int64', shape: [2] }],
          nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
        }),
      );
      const run = (values: bigint[]) =>
        session.run({ x: { type: 'int64', dims: [2], data: new BigInt64Array(values) } });
      expect((await run([1n, -7n])).y?.data).toEqual(new BigInt64Array([-1n, 7n]));
      await expect(run([1n, 2n ** 31n])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });

    it('without elements are refused', async () => {
      const session = await open(matmulIr());
      const none: Tensor = { type: 'float32', dims: [0, 2], data: new Float32Array(0) };
      await expect(session.run({ x: none })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect((await session.run({ x })).y?.data).toEqual(new Float32Array([19, 22]));
    });

    it('of text cannot be passed on', async () => {
      const model = onnx({
        inputs: [{ name: 'x', type: 'string', shape: [1] }],
        outputs: [{ name: 'y', type: 'string', shape: [1] }],
        nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      });
      await expect(open(model)).rejects.toMatchObject({ code: 'MODEL_INCOMPATIBLE' });
    });
  });

  describe('options', () => {
    it('are in force in the engine', async () => {
      const session = await open(
        demoModel(SMALL),
        { performanceHint: 'throughput', streams: 2 },
        { intraOpThreads: 1 },
      );
      expect(session.device).toBe('cpu');
      expect(session.info).toMatchObject({
        inferencePrecision: 'f32',
        performanceHint: 'THROUGHPUT',
        properties: { INFERENCE_NUM_THREADS: '1', NUM_STREAMS: '2' },
      });
    });

    it('that the engine does not know fail with what it says', async () => {
      await expect(open(matmulIr(), { properties: { NO_SUCH: '1' } })).rejects.toThrow(/NO_SUCH/);
    });

    it('keep compiled models in a folder, and load them from there', async () => {
      const cacheDir = await folder();
      const first = await open(demoModel(SMALL), { cacheDir });
      const second = await open(demoModel(SMALL), { cacheDir });
      expect((await readdir(cacheDir)).length).toBeGreaterThan(0);
      expect([first, second].map(({ info }) => info?.loadedFromCache)).toEqual(['NO', 'YES']);
    });

    it('take auto as a device, and never one that was not named', async () => {
      const session = await open(matmulIr(), { devices: ['auto'], autoDevices: ['cpu'] });
      expect(session.device).toBe('auto');
      expect((await session.run({ x })).y?.data).toEqual(new Float32Array([19, 22]));
      const { devices } = await backend().probe();
      for (const { id, available, remedy } of devices) {
        if (available) continue;
        expect(remedy).toBeTruthy();
        await expect(open(matmulIr(), { devices: [id] })).rejects.toMatchObject({
          code: 'BACKEND_UNAVAILABLE',
        });
      }
    });
  });

  it('keeps the event loop free while the device works', async () => {
    const { input, shape } = reference.models[LARGE] ?? { input: '', shape: [] };
    const session = await open(demoModel(LARGE));
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    for (let run = 0; run < 5; run++) await session.run({ [input]: patternInput(shape) });
    clearInterval(count);
    expect(turns).toBeGreaterThan(0);
  });
});
