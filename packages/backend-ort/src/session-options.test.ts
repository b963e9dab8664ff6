import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import plugin from './index.js';
import { context, loadedModel, unaryModel } from './loaded-model.fixture.js';
import { foldableInput, foldableModel } from './optimized-model/optimized-model.fixture.js';
import { ortOptionsSchema } from './options.js';
import { providersOf, sessionOptions } from './session-options.js';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const parsed = (options: object) => ortOptionsSchema.parse(options);
const native = (options: object) =>
  sessionOptions('cpu', loadedModel(unaryModel('float32', [1])), parsed(options), {});

describe('spinning', () => {
  // Keys and meanings: onnxruntime_session_options_config_keys.h of ONNX Runtime
  it.each([
    ['on', '1', '0'],
    ['off', '0', '0'],
    ['between-runs-off', '1', '1'],
  ])('%s', (spinning, allowed, stop) => {
    expect(native({ spinning }).extra).toMatchObject({
      'session.intra_op.allow_spinning': allowed,
      'session.inter_op.allow_spinning': allowed,
      'session.force_spinning_stop': stop,
    });
  });

  it('is the engine’s choice when the host says nothing, and a session entry wins', () => {
    expect(Object.keys(native({}).extra ?? {})).toEqual([
      'session.model_external_initializers_file_folder_path',
    ]);
    const sessionConfig = { 'session.inter_op.allow_spinning': '1' };
    expect(native({ spinning: 'off', sessionConfig }).extra).toMatchObject({
      'session.intra_op.allow_spinning': '0',
      'session.inter_op.allow_spinning': '1',
    });
  });

  it.each(['on', 'off', 'between-runs-off'])('%s is taken by the engine', async (spinning) => {
    const backend = plugin.create(parsed({ spinning, intraOpThreads: 2 }), context);
    const session = await backend.open(loadedModel(foldableModel().bytes));
    expect((await session.run({ x: foldableInput })).y?.dims).toEqual([1, 64, 4, 4]);
    await session.dispose();
  });
});

describe('providers', () => {
  it('get the options that the binding reads', () => {
    const options = parsed({
      providerOptions: {
        cuda: { deviceId: 1 },
        tensorrt: { deviceId: 1 },
        webgpu: { preferredLayout: 'NHWC' },
      },
    });
    expect(providersOf('cuda', options)).toEqual([{ name: 'cuda', deviceId: 1 }]);
    expect(providersOf('tensorrt', options)).toEqual([
      { name: 'tensorrt', deviceId: 1 },
      { name: 'cuda', deviceId: 1 },
    ]);
    expect(providersOf('webgpu', options)).toEqual([{ name: 'webgpu', preferredLayout: 'NHWC' }]);
    expect(providersOf('cpu', options)).toEqual([{ name: 'cpu' }]);
  });
});

describe('profiling', () => {
  it('writes a trace that names the operators that ran', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'care-ort-'));
    folders.push(folder);
    const backend = plugin.create(parsed({ profiling: { prefix: join(folder, 'trace') } }), context);
    const session = await backend.open(loadedModel(unaryModel('float32', [1], { op: 'Abs' })));
    await session.run({ x: { type: 'float32', dims: [1], data: new Float32Array([-1]) } });
    await session.dispose();
    const [file = ''] = await readdir(folder);
    const events = JSON.parse(await readFile(join(folder, file), 'utf8')) as { name: string }[];
    expect(events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['session_initialization', 'Abs_0_kernel_time']),
    );
  });
});
