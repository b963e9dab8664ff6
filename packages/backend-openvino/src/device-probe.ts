import { type BackendDevice, type BackendProbe, isCareError } from '@care/registry-core';
import { engineMessage } from './engine-message.js';
import { OPENVINO_DEVICES, type OpenVinoOptions } from './options.js';
import { engineDevice } from './compile-properties.js';
import { loadOpenVino, thisHost, type OpenVinoAddon, type RuntimeHost } from './openvino-runtime.js';
import { probeModelBytes } from './probe-model.js';

type Core = InstanceType<OpenVinoAddon['Core']>;

/** Devices that OpenVINO finds here, named as this plugin does: `cpu`, `gpu` or `gpu.0` and `gpu.1`, `npu`. */
export function foundDevices(core: Core): readonly string[] {
  return core.getAvailableDevices().map((name) => name.toLowerCase());
}

/** Tells whether a device works by compiling the smallest model for it; not being listed is enough not to. */
export function probeDevice(
  core: Core,
  device: string,
  found: readonly string[],
  options: OpenVinoOptions,
): BackendDevice {
  const listed = device === 'auto' || found.some((name) => name === device || name.startsWith(`${device}.`));
  const remedy = REMEDIES[device.split('.', 1)[0] ?? device] ?? REMEDIES.cpu ?? '';
  if (!listed) {
    const seen = found.length === 0 ? 'none' : found.join(', ');
    return {
      id: device,
      available: false,
      reason: `OpenVINO finds no ${device} here (it finds: ${seen})`,
      remedy,
    };
  }
  try {
    const model = core.readModelSync(Buffer.from(probeModelBytes()));
    core.compileModelSync(model, engineDevice(device, options), {});
    return { id: device, available: true };
  } catch (error) {
    return { id: device, available: false, reason: engineMessage(error), remedy };
  }
}

/** All devices of the engine on this machine. Never throws for what is missing. */
export async function probeOpenVino(
  options: OpenVinoOptions,
  host: RuntimeHost = thisHost,
): Promise<BackendProbe> {
  try {
    const addon = await loadOpenVino(host);
    const core = new addon.Core();
    const found = foundDevices(core);
    const numbered = found.filter((name) => name.includes('.'));
    const devices = [...OPENVINO_DEVICES, ...numbered].map((id) => probeDevice(core, id, found, options));
    const available = devices.some((device) => device.available);
    return {
      available,
      engineVersion: engineVersion(addon),
      devices,
      ...(available ? {} : { reason: 'OpenVINO loads, but no device works', remedy: REMEDIES.cpu ?? '' }),
    };
  } catch (error) {
    if (!isCareError(error)) throw error;
    const { message: reason, remedy } = error;
    const devices = OPENVINO_DEVICES.map((id) => ({ id, available: false, reason, remedy }));
    return { available: false, reason, remedy, devices };
  }
}

/** Version of the runtime that is loaded, e.g. `2026.4.1`; bindings before 2026.4 tell no version. */
export function engineVersion(addon: OpenVinoAddon): string {
  if (typeof addon.getOpenvinoVersion !== 'function') return 'unknown';
  return addon.getOpenvinoVersion().buildNumber.split('-', 1)[0] ?? 'unknown';
}

const REMEDIES: Readonly<Record<string, string>> = {
  cpu: 'Download the native part of openvino-node again: remove node_modules/openvino-node/bin, then `npm rebuild openvino-node --ignore-scripts=false`.',
  gpu: "Install Intel's graphics compute driver (Debian, Ubuntu: intel-opencl-icd) and let the user read /dev/dri/renderD* (group render).",
  npu: "Install Intel's NPU driver (intel-driver-compiler-npu, intel-level-zero-npu) and let the user read /dev/accel/accel0 (group render); the processor must be a Core Ultra.",
  auto: 'Make one of the devices cpu, gpu or npu work.',
};
