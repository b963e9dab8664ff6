import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OrtDevice } from './options.js';

/** Why a device cannot work here, told without loading anything. */
export interface DeviceObstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** Platforms on which the binding of onnxruntime-node 1.30 is built with each provider (its README's table). */
const PLATFORMS: Readonly<Record<OrtDevice, readonly string[]>> = {
  cpu: ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
  cuda: ['linux-x64'],
  tensorrt: ['linux-x64'],
  dml: ['win32-x64', 'win32-arm64'],
  coreml: ['darwin-arm64'],
  webgpu: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
};

/** Files beside the binding that onnxruntime-node's install script fetches. */
const FETCHED_LIBRARIES: Partial<Record<OrtDevice, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'],
  tensorrt: ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_tensorrt.so'],
};

const INSTALL_REMEDY =
  'Let the install script of onnxruntime-node run: with npm 11 `npm install-scripts approve onnxruntime-node` (or ' +
  '"allowScripts": { "onnxruntime-node": true } in the root package.json), then ' +
  '`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`. It needs CUDA 12 and cuDNN 9 on the machine.';

/** What keeps a device from working here, as far as files tell; undefined when nothing is known against it. */
export function findObstacle(
  device: OrtDevice,
  platform = `${process.platform}-${process.arch}`,
  exists: (path: string) => boolean = existsSync,
): DeviceObstacle | undefined {
  const supported = PLATFORMS[device];
  if (!supported.includes(platform)) {
    return {
      reason: `onnxruntime-node has no ${device} provider on ${platform}`,
      remedy: `Run it on one of: ${supported.join(', ')}.`,
    };
  }
  const folder = bindingFolder(platform);
  const missing = (FETCHED_LIBRARIES[device] ?? []).filter((file) => !exists(join(folder, file)));
  if (missing.length > 0) {
    return { reason: `provider library missing: ${missing.join(', ')}`, remedy: INSTALL_REMEDY };
  }
  if (device === 'webgpu' && platform === 'linux-x64' && !vulkanFolders().some((path) => exists(path))) {
    return {
      reason: 'the Vulkan loader libvulkan.so.1 is not in the library folders',
      remedy: "Install the Vulkan loader (Debian, Ubuntu: libvulkan1) and the graphics card's driver.",
    };
  }
  return undefined;
}

function bindingFolder(platform: string): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const [os = '', arch = ''] = platform.split('-');
  return join(dirname(dirname(entry)), 'bin', 'napi-v6', os, arch);
}

function vulkanFolders(): string[] {
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/lib/x86_64-linux-gnu',
    '/usr/lib64',
    '/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return folders.map((folder) => join(folder, 'libvulkan.so.1'));
}
