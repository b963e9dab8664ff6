import {
  CareError,
  CONTRACT_VERSION,
  type InferenceBackend,
  type InferenceSession,
  type LoadedModel,
  type Logger,
  type OpenOptions,
} from '@care/registry-core';
import { probeDevice, probeOrt } from './device-probe.js';
import { openError } from './open-error.js';
import { ORT_DEVICES, type OrtDevice, type OrtOptions } from './options.js';
import { findObstacle } from './provider-libraries.js';
import { loadOrt, type OrtModule } from './ort-runtime.js';
import { OrtSession } from './ort-session.js';
import { sessionOptions } from './session-options.js';

/** Opens ONNX files with onnxruntime-node. Native code is loaded by the first `probe` or `open`. */
export function createOrtBackend(options: OrtOptions, logger: Logger): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'ort',
    formats: ['onnx'],
    possibleDevices: () => ORT_DEVICES.filter((device) => findObstacle(device) === undefined),
    probe: () => probeOrt(options),
    open: (model, open = {}) => openSession(model, open, options, logger),
  };
}

async function openSession(
  model: LoadedModel,
  open: OpenOptions,
  options: OrtOptions,
  logger: Logger,
): Promise<InferenceSession> {
  if (model.format !== 'onnx') {
    throw new CareError('MODEL_INCOMPATIBLE', `the ort backend opens onnx, not ${model.format}`, {
      details: { format: model.format },
    });
  }
  throwIfAborted(open.signal);
  const wanted = open.device === undefined ? options.devices : [knownDevice(open.device)];
  const ort = await loadOrt(options.logSeverityLevel);
  const device = await firstAvailable(ort, wanted, options, logger);
  throwIfAborted(open.signal);
  const native = sessionOptions(device, model, options, open);
  const session = await ort.InferenceSession.create(model.model.bytes, native).catch((cause: unknown) => {
    throw openError(cause, model.model.name);
  });
  try {
    throwIfAborted(open.signal);
    return new OrtSession(ort, session, device, {
      provider: device,
      engineVersion: ort.env.versions.node ?? 'unknown',
      graphOptimizationLevel: options.graphOptimizationLevel,
      intraOpThreads: native.intraOpNumThreads ?? 0,
      profiling: options.profiling !== undefined,
    });
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** The first of the wanted devices that works. The CPU is taken only when the caller or the host named it. */
async function firstAvailable(
  ort: OrtModule,
  wanted: readonly OrtDevice[],
  options: OrtOptions,
  logger: Logger,
): Promise<OrtDevice> {
  const reasons: string[] = [];
  let remedy: string | undefined;
  for (const device of wanted) {
    // The CPU provider is part of every build: whatever fails there is the model's fault and is told by opening it.
    if (device === 'cpu') return device;
    const state = await probeDevice(ort, device, options);
    if (state.available) return device;
    reasons.push(`${device}: ${state.reason ?? 'not available'}`);
    remedy ??= state.remedy;
    logger.warn({ backend: 'ort', device, reason: state.reason }, 'device is not available');
  }
  throw new CareError(
    'BACKEND_UNAVAILABLE',
    `no wanted device of ONNX Runtime is available (${reasons.join('; ')})`,
    {
      ...(remedy === undefined ? {} : { remedy }),
      details: { backend: 'ort', devices: [...wanted] },
    },
  );
}

function knownDevice(device: string): OrtDevice {
  const known = ORT_DEVICES.find((name) => name === device);
  if (known !== undefined) return known;
  throw new CareError('BACKEND_UNAVAILABLE', `ONNX Runtime has no device "${device}"`, {
    remedy: `Choose one of: ${ORT_DEVICES.join(', ')}.`,
    details: { backend: 'ort', device },
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'opening the model was cancelled', { cause: signal.reason });
  }
}
