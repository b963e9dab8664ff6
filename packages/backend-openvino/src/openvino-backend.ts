import {
  CareError,
  CONTRACT_VERSION,
  type InferenceBackend,
  type InferenceSession,
  type JsonObject,
  type LoadedModel,
  type OpenOptions,
  type PluginContext,
} from '@care/registry-core';
import type { CompiledModel, Core } from 'openvino-node';
import { compileModel } from './compile-model.js';
import { compileProperties, engineDevice } from './compile-properties.js';
import { engineVersion, foundDevices, probeDevice, probeOpenVino } from './device-probe.js';
import { possibleDevices } from './possible-devices.js';
import { openVinoOptionsSchema, type OpenVinoOptions } from './options.js';
import { knownAbsence, loadOpenVino } from './openvino-runtime.js';
import { OpenVinoSession } from './openvino-session.js';
import { FORMATS, readModel } from './read-model.js';

/** Opens ONNX files and OpenVINO IR with openvino-node. Native code is loaded by the first `probe` or `open`. */
export function createOpenVinoBackend(options: OpenVinoOptions, context: PluginContext): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'openvino',
    formats: FORMATS,
    possibleDevices: () => (knownAbsence() === undefined ? possibleDevices(options) : []),
    probe: () => probeOpenVino(options),
    open: (model, open = {}) => openSession(model, open, options, context),
  };
}

async function openSession(
  model: LoadedModel,
  open: OpenOptions,
  options: OpenVinoOptions,
  { logger, rootDir }: PluginContext,
): Promise<InferenceSession> {
  if (!FORMATS.includes(model.format)) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `openvino opens ${FORMATS.join(' and ')}, not ${model.format}`,
      {
        details: { backend: 'openvino', format: model.format },
      },
    );
  }
  throwIfAborted(open.signal);
  const wanted = open.device === undefined ? options.devices : [knownDevice(open.device)];
  const addon = await loadOpenVino();
  const core = new addon.Core();
  const device = firstAvailable(core, wanted, options, (id, reason) =>
    logger.warn({ backend: 'openvino', device: id, reason }, 'device is not available'),
  );
  const read = await readModel(core, model);
  const close = async (): Promise<void> => read.folder?.remove();
  try {
    throwIfAborted(open.signal);
    const properties = compileProperties(device, options, open, rootDir);
    const ports = compileModel(addon, core, read, engineDevice(device, options), properties, model);
    const info = { engineVersion: engineVersion(addon), properties, ...factsOf(ports.compiled) };
    return new OpenVinoSession(addon, ports, { device, info, close });
  } finally {
    // What is mapped stays readable after its name is gone; where it does not, `close` tries again.
    await close();
  }
}

/** Facts that every device tells; one that does not is left out. */
const FACTS = {
  executionDevices: 'EXECUTION_DEVICES',
  inferencePrecision: 'INFERENCE_PRECISION_HINT',
  performanceHint: 'PERFORMANCE_HINT',
  streams: 'NUM_STREAMS',
  optimalRequests: 'OPTIMAL_NUMBER_OF_INFER_REQUESTS',
  loadedFromCache: 'LOADED_FROM_CACHE',
} as const;

function factsOf(compiled: CompiledModel): JsonObject {
  const facts: Record<string, string> = {};
  for (const [fact, property] of Object.entries(FACTS)) {
    try {
      facts[fact] = String(compiled.getProperty(property));
    } catch {
      continue; // not a property of this device
    }
  }
  return facts;
}

/** The first of the wanted devices that works; one that was not named is never taken. */
function firstAvailable(
  core: Core,
  wanted: readonly string[],
  options: OpenVinoOptions,
  onAbsent: (device: string, reason: string) => void,
): string {
  const found = foundDevices(core);
  const reasons: string[] = [];
  let remedy: string | undefined;
  for (const device of wanted) {
    const state = probeDevice(core, device, found, options);
    if (state.available) return device;
    const reason = state.reason ?? 'not available';
    reasons.push(`${device}: ${reason}`);
    remedy ??= state.remedy;
    onAbsent(device, reason);
  }
  throw new CareError(
    'BACKEND_UNAVAILABLE',
    `no wanted device of OpenVINO is available (${reasons.join('; ')})`,
    {
      ...(remedy === undefined ? {} : { remedy }),
      details: { backend: 'openvino', devices: [...wanted] },
    },
  );
}

function knownDevice(device: string): string {
  if (openVinoOptionsSchema.shape.devices.unwrap().element.safeParse(device).success) return device;
  throw new CareError('BACKEND_UNAVAILABLE', `OpenVINO has no device "${device}"`, {
    remedy: 'Choose one of: cpu, gpu, npu, auto, or a numbered one as gpu.1.',
    details: { backend: 'openvino', device },
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'opening the model was cancelled', { cause: signal.reason });
  }
}
