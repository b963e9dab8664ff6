import {
  CareError,
  CONTRACT_VERSION,
  type InferenceBackend,
  type InferenceSession,
  type LoadedModel,
  type Logger,
  type OpenOptions,
  type PluginContext,
} from '@care/registry-core';
import type { InferenceSession as NativeSession } from 'onnxruntime-node';
import { probeDevice, probeOrt } from './device-probe.js';
import { openError } from './open-error.js';
import { ORT_DEVICES, type OrtDevice, type OrtOptions } from './options.js';
import { optimizedModelCacheFor } from './optimized-model/cache-choice.js';
import { optimizedModelKey } from './optimized-model/cache-key.js';
import { openThroughCache, type OpenedThroughCache } from './optimized-model/open-through-cache.js';
import { engineVersion, loadOrt, type OrtModule } from './ort-runtime.js';
import { OrtSession } from './ort-session.js';
import { findObstacle } from './provider-libraries.js';
import { sessionOptions } from './session-options.js';

/** What `create` of the plugin takes from its context. */
export type OrtContext = Pick<PluginContext, 'env' | 'logger'>;

/** Opens ONNX files with onnxruntime-node. Native code is loaded by the first `probe` or `open`. */
export function createOrtBackend(options: OrtOptions, context: OrtContext): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'ort',
    formats: ['onnx'],
    possibleDevices: () => ORT_DEVICES.filter((device) => findObstacle(device) === undefined),
    probe: () => probeOrt(options),
    open: (model, open = {}) => openSession(model, open, options, context),
  };
}

async function openSession(
  model: LoadedModel,
  open: OpenOptions,
  options: OrtOptions,
  context: OrtContext,
): Promise<InferenceSession> {
  if (model.format !== 'onnx') {
    throw new CareError('MODEL_INCOMPATIBLE', `the ort backend opens onnx, not ${model.format}`, {
      details: { format: model.format },
    });
  }
  throwIfAborted(open.signal);
  const wanted = open.device === undefined ? options.devices : [knownDevice(open.device)];
  const ort = await loadOrt(options.logSeverityLevel);
  const device = await firstAvailable(ort, wanted, options, context.logger);
  throwIfAborted(open.signal);
  const native = sessionOptions(device, model, options, open);
  const { session, outcome } = await openNative(ort, device, model, native, options, context).catch(
    (cause: unknown) => {
      throw openError(cause, model.model.name);
    },
  );
  try {
    throwIfAborted(open.signal);
    return new OrtSession(ort, session, device, {
      provider: device,
      engineVersion: engineVersion(ort),
      graphOptimizationLevel: options.graphOptimizationLevel,
      intraOpThreads: native.intraOpNumThreads ?? 0,
      profiling: options.profiling !== undefined,
      optimizedModelCache: outcome,
    });
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Opens the given bytes, or what the engine has made of the very same before. */
async function openNative(
  ort: OrtModule,
  device: OrtDevice,
  model: LoadedModel,
  native: NativeSession.SessionOptions,
  options: OrtOptions,
  { env, logger }: OrtContext,
): Promise<OpenedThroughCache> {
  const cache = optimizedModelCacheFor(device, model, options, env);
  if (cache === undefined) {
    return { session: await ort.InferenceSession.create(model.model.bytes, native), outcome: 'off' };
  }
  const key = optimizedModelKey(model, engineVersion(ort), options);
  return openThroughCache(ort, model, native, { cache, key, logger });
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
