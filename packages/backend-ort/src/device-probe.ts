import { type BackendDevice, type BackendProbe, isCareError } from '@care/registry-core';
import { ORT_DEVICES, type OrtDevice, type OrtOptions } from './options.js';
import { loadOrt, type OrtModule } from './ort-runtime.js';
import { probeModelBytes } from './probe-model.js';
import { findObstacle } from './provider-libraries.js';
import { providersOf } from './session-options.js';

/** Tells whether a device works by opening the smallest model on it; files are looked at first, as that is silent. */
export async function probeDevice(
  ort: OrtModule,
  device: OrtDevice,
  options: OrtOptions,
): Promise<BackendDevice> {
  const obstacle = findObstacle(device);
  if (obstacle !== undefined) return { id: device, available: false, ...obstacle };
  if (!ort.listSupportedBackends().some(({ name }) => name === device)) {
    return {
      id: device,
      available: false,
      reason: `this build of onnxruntime-node has no ${device} provider`,
      remedy: 'Install the official onnxruntime-node package for this platform.',
    };
  }
  try {
    const session = await ort.InferenceSession.create(probeModelBytes(), {
      executionProviders: providersOf(device, options),
      logSeverityLevel: 4,
    });
    await session.release();
    return { id: device, available: true };
  } catch (error) {
    return {
      id: device,
      available: false,
      reason: firstLine(error),
      remedy: REMEDIES[device],
    };
  }
}

/** All devices of the engine on this machine. Never throws for what is missing. */
export async function probeOrt(options: OrtOptions): Promise<BackendProbe> {
  try {
    const ort = await loadOrt(options.logSeverityLevel);
    const devices: BackendDevice[] = [];
    for (const device of ORT_DEVICES) devices.push(await probeDevice(ort, device, options));
    const version = ort.env.versions.node;
    return {
      available: devices.some(({ available }) => available),
      ...(version === undefined ? {} : { engineVersion: version }),
      devices,
    };
  } catch (error) {
    if (!isCareError(error)) throw error;
    const { message: reason, remedy } = error;
    return { available: false, reason, remedy, devices: [{ id: 'cpu', available: false, reason, remedy }] };
  }
}

const REMEDIES: Readonly<Record<OrtDevice, string>> = {
  cpu: 'Reinstall onnxruntime-node for this platform.',
  cuda: 'Install CUDA 12 and cuDNN 9 and make them known to the loader (LD_LIBRARY_PATH); `nvidia-smi` must list the card.',
  tensorrt: 'Install TensorRT 10 beside CUDA 12 and make it known to the loader (LD_LIBRARY_PATH).',
  dml: 'Needs Windows 10 1903 or later and a DirectX 12 graphics card with its driver.',
  coreml: 'Needs macOS 13 or later on Apple silicon.',
  webgpu: "Install the graphics card's driver (Vulkan on Linux, Direct3D 12 on Windows).",
};

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n', 1)[0] ?? message;
}
