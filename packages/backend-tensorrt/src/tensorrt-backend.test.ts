import { existsSync, readFileSync, rmSync } from 'node:fs';
import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import type { LoadedModel, Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { createSession } from './capi/create-session.js';
import { context, hasLibrary, library, machine, openOnCpu } from './cpu-engine.fixture.js';
import plugin from './index.js';
import { openError } from './open-error.js';
import { findObstacle } from './requirements/find-obstacle.js';
import { gpuMachine } from './requirements/gpu-machine.fixture.js';
import { createTensorRtBackend } from './tensorrt-backend.js';

const demo = (path: string): LoadedModel => ({
  format: 'onnx',
  precision: 'fp32',
  model: { name: path, bytes: readFileSync(new URL(`../../registry-demo/models/${path}`, import.meta.url)) },
  externalData: [],
});

const options = plugin.options.parse({});
const backend = plugin.create(options, context);
const obstacle = findObstacle(machine, 0);

describe('the truth about this machine', () => {
  it('is what the files say, told by probe, possibleDevices and open alike', async () => {
    const probe = await backend.probe();
    if (obstacle === undefined) return;
    const { reason, remedy } = obstacle;
    expect(probe).toEqual({
      available: false,
      reason,
      remedy,
      devices: [{ id: 'tensorrt', available: false, reason, remedy }],
    });
    expect(backend.possibleDevices?.()).toEqual([]);
    const attempt = backend.open(demo('room-bed-state/room-bed-state-1.1.0.onnx'), { device: 'tensorrt' });
    await expect(attempt).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: reason, remedy });
  });

  it.skipIf(existsSync('/proc/driver/nvidia/version') || !hasLibrary)(
    'is that the driver is missing where there is none',
    () => {
      expect(obstacle?.reason).toMatch(/NVIDIA driver is not loaded/);
    },
  );

  it('is told by files alone: with all of them there, the device is possible', () => {
    const there = gpuMachine();
    expect(createTensorRtBackend(options, context, there).possibleDevices?.()).toEqual(['tensorrt']);
    rmSync(there.root, { recursive: true });
  });
});

it('an engine file alone is refused with what to give instead', async () => {
  const engine = { ...demo('room-bed-state/room-bed-state-1.1.0.onnx'), format: 'tensorrt-engine' };
  await expect(backend.open(engine)).rejects.toMatchObject({
    code: 'MODEL_INCOMPATIBLE',
    remedy: expect.stringMatching(/ONNX file/) as string,
  });
});

describe.skipIf(!hasLibrary)('sessions over the C API', () => {
  // Expected: Intel's OpenVINO from PyPI on the CPU; tools/fixtures/openvino_reference.py made the file.
  const { models } = JSON.parse(
    readFileSync(new URL('../../backend-openvino/src/fixtures/demo-outputs.json', import.meta.url), 'utf8'),
  ) as {
    models: Record<
      string,
      {
        input: string;
        shape: number[];
        outputs: Record<string, { dims: number[]; max: number; stride: number; values: number[] }>;
      }
    >;
  };

  it.each(Object.keys(models))('%s gives the numbers of another engine', async (path) => {
    const expected = models[path];
    if (expected === undefined) throw new Error(path);
    const session = await openOnCpu(demo(path));
    const length = expected.shape.reduce((product, dim) => product * dim, 1);
    const data = Float32Array.from({ length }, (_, index) => ((index * 7919) % 1009) / 1009);
    const input: Tensor = { type: 'float32', dims: expected.shape, data };
    const outputs = await session.run({ [expected.input]: input });
    await session.dispose();
    for (const [name, { dims, max, stride, values }] of Object.entries(expected.outputs)) {
      expect(outputs[name]?.dims).toEqual(dims);
      for (const [index, value] of values.entries()) {
        const found = Number(outputs[name]?.data[index * stride]);
        expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-4 * max);
      }
    }
  });

  it('keep the event loop free while a model is opened and run', async () => {
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    const path = 'room-segmentation/room-segmentation-1.1.0.onnx';
    const { input = '', shape = [] } = models[path] ?? {};
    const session = await openOnCpu(demo(path));
    const opened = turns;
    const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
    for (let run = 0; run < 5; run++) await session.run({ [input]: { type: 'float32', dims: shape, data } });
    clearInterval(count);
    await session.dispose();
    expect(opened).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(opened);
  });

  it('pass empty tensors, scalars and shared memory', async () => {
    const unary = (shape: (number | string)[]): LoadedModel => ({
      ...demo('room-bed-state/room-bed-state-1.1.0.onnx'),
      model: {
        name: 'm.onnx',
        bytes: buildOnnxModel({
          inputs: [{ name: 'x', type: 'float32', shape }],
          outputs: [{ name: 'y', type: 'float32', shape }],
          nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
        }),
      },
    });
    const run = async (shape: (number | string)[], dims: number[], data: Float32Array) => {
      const session = await openOnCpu(unary(shape));
      const { y } = await session.run({ x: { type: 'float32', dims, data } });
      await session.dispose();
      return y;
    };
    expect(await run(['n', 2], [0, 2], new Float32Array(0))).toMatchObject({
      dims: [0, 2],
      data: new Float32Array(0),
    });
    expect(await run([], [], new Float32Array([3]))).toMatchObject({
      dims: [],
      data: new Float32Array([-3]),
    });
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([4, 5]);
    expect((await run([2], [2], shared))?.data).toEqual(new Float32Array([-4, -5]));
  });

  it('are refused by the real library, with what it says, where the providers are not there', async () => {
    const model = demo('room-bed-state/room-bed-state-1.1.0.onnx');
    if (existsSync(`${machine.bindingFolder}/libonnxruntime_providers_tensorrt.so`)) return;
    const providers = { tensorrt: { trt_fp16_enable: '1' } };
    const attempt = createSession(await library(), model, {
      providers,
      logSeverityLevel: 4,
      sessionConfig: {},
    });
    const failure = await attempt.catch((cause: unknown) => openError(cause, 'm.onnx'));
    expect(failure).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/libonnxruntime_providers_shared\.so/) as string,
    });
  });
});
