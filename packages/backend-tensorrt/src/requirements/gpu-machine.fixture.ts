import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sharedObject } from './elf.fixture.js';
import type { Machine } from './machine.js';

// As the driver's documentation shows it (README, chapter "procfs interface").
export const DRIVER =
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\nGCC version: 12\n';
export const CARD =
  'Model: \t\t NVIDIA GeForce RTX 4070\nIRQ:   \t\t 142\nGPU UUID: \t GPU-0\nBus Type: \t PCIe\n';

/** The root of another machine, as files in a folder: a GPU with driver, providers and all libraries, less or more what is said. */
export function gpuMachine(changes: Readonly<Record<string, string | Uint8Array | undefined>> = {}): Machine {
  const root = mkdtempSync(join(tmpdir(), 'care-tensorrt-machine-'));
  const files: Record<string, string | Uint8Array | undefined> = {
    '/proc/driver/nvidia/version': DRIVER,
    '/proc/driver/nvidia/gpus/0000:01:00.0/information': CARD,
    '/usr/lib/x86_64-linux-gnu/libcuda.so.1': '',
    '/usr/lib/x86_64-linux-gnu/libc.so.6': '',
    '/usr/lib/x86_64-linux-gnu/libnvinfer.so.10': '',
    '/usr/lib/x86_64-linux-gnu/libnvonnxparser.so.10': '',
    '/usr/lib/x86_64-linux-gnu/libcudnn.so.9': '',
    '/usr/local/cuda-12.6/lib64/libcudart.so.12': '',
    '/etc/ld.so.conf.d/cuda.conf': '# CUDA\n/usr/local/cuda-12.6/lib64\n',
    '/bin/libonnxruntime_providers_shared.so': sharedObject(['libc.so.6']),
    '/bin/libonnxruntime_providers_tensorrt.so': sharedObject([
      'libnvinfer.so.10',
      'libnvonnxparser.so.10',
      'libcudart.so.12',
    ]),
    '/bin/libonnxruntime_providers_cuda.so': sharedObject(['libcudart.so.12', 'libcudnn.so.9', 'libc.so.6']),
    ...changes,
  };
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return { platform: 'linux-x64', root, bindingFolder: join(root, 'bin'), env: {} };
}
