import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { findObstacle } from './find-obstacle.js';
import { gpuMachine } from './gpu-machine.fixture.js';
import { readGpuFacts } from './gpu.js';
import type { Machine } from './machine.js';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

function machine(changes?: Parameters<typeof gpuMachine>[0], more: Partial<Machine> = {}): Machine {
  const made = gpuMachine(changes);
  roots.push(made.root);
  return { ...made, ...more };
}

describe('findObstacle', () => {
  it('has nothing against a machine where all is there', () => {
    expect(findObstacle(machine(), 0)).toBeUndefined();
  });

  const missing: [string, Parameters<typeof gpuMachine>[0], RegExp, RegExp][] = [
    ['the driver', { '/proc/driver/nvidia/version': undefined }, /driver is not loaded/, /nvidia-smi/],
    [
      'the card',
      { '/proc/driver/nvidia/gpus/0000:01:00.0/information': undefined },
      /no NVIDIA GPU number 0 \(driver 550\.54\.14 finds: none\)/,
      /nvidia-smi -L/,
    ],
    [
      'the library of the driver',
      { '/usr/lib/x86_64-linux-gnu/libcuda.so.1': undefined },
      /libcuda\.so\.1 .*550\.54\.14/,
      /libcuda1/,
    ],
    [
      'the providers',
      { '/bin/libonnxruntime_providers_tensorrt.so': undefined },
      /without libonnxruntime_providers_tensorrt\.so/,
      /ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node/,
    ],
    [
      'TensorRT',
      {
        '/usr/lib/x86_64-linux-gnu/libnvinfer.so.10': undefined,
        '/usr/lib/x86_64-linux-gnu/libnvonnxparser.so.10': undefined,
      },
      /^not in the library folders: libnvinfer\.so\.10, libnvonnxparser\.so\.10$/,
      /apt-get install libnvinfer10 libnvinfer-plugin10 libnvonnxparsers10/,
    ],
    [
      'cuDNN',
      { '/usr/lib/x86_64-linux-gnu/libcudnn.so.9': undefined },
      /: libcudnn\.so\.9$/,
      /libcudnn9-cuda-12/,
    ],
    ['CUDA', { '/etc/ld.so.conf.d/cuda.conf': '' }, /: libcudart\.so\.12$/, /cuda-toolkit.*LD_LIBRARY_PATH/],
  ];
  it.each(missing)(
    'names %s that is missing and the command that mends it',
    (_what, changes, reason, remedy) => {
      const obstacle = findObstacle(machine(changes), 0);
      expect(obstacle?.reason).toMatch(reason);
      expect(obstacle?.remedy).toMatch(remedy);
    },
  );

  it('looks where LD_LIBRARY_PATH points, too', () => {
    const changes = { '/etc/ld.so.conf.d/cuda.conf': undefined };
    const env = { LD_LIBRARY_PATH: '/usr/local/cuda-12.6/lib64' };
    expect(findObstacle(machine(changes, { env }), 0)).toBeUndefined();
  });

  it('knows the one platform, and counts the cards', () => {
    expect(findObstacle(machine({}, { platform: 'linux-arm64' }), 0)?.reason).toMatch(/linux-arm64/);
    expect(findObstacle(machine(), 1)?.reason).toMatch(/number 1 .*finds: NVIDIA GeForce RTX 4070\)/);
  });
});

describe('readGpuFacts', () => {
  it('reads driver and cards', () => {
    expect(readGpuFacts(machine())).toEqual({ driver: '550.54.14', cards: ['NVIDIA GeForce RTX 4070'] });
    // The open kernel modules say it in other words.
    const open = {
      '/proc/driver/nvidia/version':
        'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  565.57.01  Release Build  (root@host)\n',
    };
    expect(readGpuFacts(machine(open))?.driver).toBe('565.57.01');
  });
});
