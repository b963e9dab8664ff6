import { join } from 'node:path';
import {
  CareError,
  CONTRACT_VERSION,
  errorMessage,
  isCareError,
  type BackendProbe,
  type InferenceBackend,
  type InferenceSession,
  type LoadedModel,
  type OpenOptions,
  type PluginContext,
} from '@care/registry-core';
import { checkExternalBytes, readOnnxBytes } from '@care/model-manifest';
import { withBuildProgress } from './build-progress.js';
import { engineCacheRoot, engineFolders, engineIdentity } from './cache/engine-cache.js';
import { createSession } from './capi/create-session.js';
import { loadOrtLibrary } from './capi/ort-library.js';
import { openError } from './open-error.js';
import type { TensorRtOptions } from './options.js';
import { OrtSession } from './ort-session.js';
import { probeModelBytes } from './probe-model.js';
import { providerSettings } from './provider-settings.js';
import { findObstacle } from './requirements/find-obstacle.js';
import { readGpuFacts } from './requirements/gpu.js';
import { thisMachine, type Machine } from './requirements/machine.js';

const DEVICE = 'tensorrt';
const LIBRARY = 'libonnxruntime.so.1';

/** Opens ONNX files with ONNX Runtime's TensorRT provider. Native code is loaded by the first `probe` or `open` that gets so far. */
export function createTensorRtBackend(
  options: TensorRtOptions,
  context: PluginContext,
  machine: Machine = thisMachine(context.env),
): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'tensorrt',
    formats: ['onnx'],
    possibleDevices: () => (findObstacle(machine, options.deviceId) === undefined ? [DEVICE] : []),
    probe: () => probeTensorRt(options, context, machine),
    open: (model, open = {}) => openSession(model, open, options, context, machine),
  };
}

/** Files are looked at first; what they do not tell, the smallest model there is, opened on the GPU. */
async function probeTensorRt(
  options: TensorRtOptions,
  context: PluginContext,
  machine: Machine,
): Promise<BackendProbe> {
  const unavailable = (reason: string, remedy: string): BackendProbe => ({
    available: false,
    reason,
    remedy,
    devices: [{ id: DEVICE, available: false, reason, remedy }],
  });
  const obstacle = findObstacle(machine, options.deviceId);
  if (obstacle !== undefined) return unavailable(obstacle.reason, obstacle.remedy);
  try {
    const { version } = await loadOrtLibrary(join(machine.bindingFolder, LIBRARY));
    const model = {
      format: 'onnx',
      precision: 'fp32',
      model: { name: 'probe.onnx', bytes: probeModelBytes() },
      externalData: [],
    };
    const session = await openSession(model, {}, { ...options, engineCache: false }, context, machine);
    await session.dispose();
    return { available: true, engineVersion: version, devices: [{ id: DEVICE, available: true }] };
  } catch (error) {
    if (isCareError(error, 'BACKEND_UNAVAILABLE')) return unavailable(error.message, error.remedy);
    return unavailable(errorMessage(error), 'Run `nvidia-smi`; the message names what ONNX Runtime refused.');
  }
}

async function openSession(
  model: LoadedModel,
  open: OpenOptions,
  options: TensorRtOptions,
  context: PluginContext,
  machine: Machine,
): Promise<InferenceSession> {
  checkRequest(model, open);
  const obstacle = findObstacle(machine, options.deviceId);
  if (obstacle !== undefined) {
    const { reason, remedy } = obstacle;
    throw new CareError('BACKEND_UNAVAILABLE', reason, {
      remedy,
      details: { backend: 'tensorrt', device: DEVICE },
    });
  }
  checkExternalBytes(await readOnnxBytes(model.model.bytes, model.model.name), model);
  const library = await loadOrtLibrary(join(machine.bindingFolder, LIBRARY));
  const gpu = readGpuFacts(machine) ?? { driver: 'unknown', cards: [] };
  const root = engineCacheRoot(options, context);
  const folders =
    root === undefined
      ? undefined
      : await engineFolders(root, engineIdentity(model, options, gpu, library.version));
  const intraOpThreads = open.intraOpThreads ?? options.intraOpThreads;
  const providers = providerSettings(options, model.precision, folders);
  const { result: session, seconds } = await withBuildProgress(
    createSession(library, model, {
      providers,
      logSeverityLevel: options.logSeverityLevel,
      sessionConfig: options.sessionConfig,
      ...(intraOpThreads === undefined || intraOpThreads === 0 ? {} : { intraOpThreads }),
    }),
    { model: model.model.name, everySeconds: options.progressSeconds, logger: context.logger },
  ).catch((cause: unknown) => {
    throw openError(cause, model.model.name);
  });
  try {
    throwIfAborted(open.signal);
    return new OrtSession(library, session, DEVICE, {
      provider: DEVICE,
      fallback: options.fallback === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
      engineVersion: library.version,
      gpu: gpu.cards[options.deviceId] ?? 'unknown',
      driver: gpu.driver,
      providerOptions: { ...providers.tensorrt },
      openSeconds: seconds,
      engineCache: folders === undefined ? 'off' : folders.found > 0 ? 'hit' : 'built',
    });
  } catch (error) {
    library.release('Session', session);
    throw error;
  }
}

function checkRequest(model: LoadedModel, { device, signal }: OpenOptions): void {
  if (model.format !== 'onnx') {
    throw new CareError('MODEL_INCOMPATIBLE', `the tensorrt backend opens onnx, not ${model.format}`, {
      remedy:
        'Give it the ONNX file: the engine is built from it for this GPU, and kept. An engine file alone fits one GPU and one version.',
      details: { backend: 'tensorrt', format: model.format },
    });
  }
  throwIfAborted(signal);
  if (device !== undefined && device !== DEVICE) {
    throw new CareError('BACKEND_UNAVAILABLE', `the tensorrt backend has no device "${device}"`, {
      remedy: 'Its one device is "tensorrt"; the option `deviceId` says which GPU.',
      details: { backend: 'tensorrt', device },
    });
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'opening the model was cancelled', { cause: signal.reason });
  }
}
