import { join } from 'node:path';
import {
  CareError,
  CONTRACT_VERSION,
  silentLogger,
  type InferenceBackend,
  type LoadedModel,
  type PluginContext,
} from '@care/registry-core';
import { checkExternalBytes, readOnnxBytes } from '@care/model-manifest';
import { createSession } from './capi/create-session.js';
import { loadOrtLibrary } from './capi/ort-library.js';
import { openError } from './open-error.js';
import { OrtSession } from './ort-session.js';
import { thisMachine } from './requirements/machine.js';

export const context: PluginContext = { rootDir: process.cwd(), env: {}, logger: silentLogger };

export const machine = thisMachine({});

export const library = () => loadOrtLibrary(join(machine.bindingFolder, 'libonnxruntime.so.1'));

/** The C API is only bound on the platform that has TensorRT. */
export const hasLibrary = machine.platform === 'linux-x64';

/** The same sessions on the same library as the backend's, without the providers that need a GPU: what is left is the CPU. */
export function cpuEngine(): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'tensorrt',
    formats: ['onnx'],
    probe: () => Promise.resolve({ available: true, devices: [{ id: 'cpu', available: true }] }),
    open: async (model, { device = 'cpu', signal } = {}) => {
      if (model.format !== 'onnx') throw new CareError('MODEL_INCOMPATIBLE', model.format);
      if (signal?.aborted === true) throw new CareError('ABORTED', 'cancelled');
      if (device !== 'cpu') throw new CareError('BACKEND_UNAVAILABLE', device);
      return openOnCpu(model);
    },
  };
}

export async function openOnCpu(model: LoadedModel): Promise<OrtSession> {
  checkExternalBytes(await readOnnxBytes(model.model.bytes, model.model.name), model);
  const engine = await library();
  const settings = { providers: {}, logSeverityLevel: 4, sessionConfig: {}, intraOpThreads: 1 };
  const session = await createSession(engine, model, settings).catch((cause: unknown) => {
    throw openError(cause, model.model.name);
  });
  try {
    return new OrtSession(engine, session, 'cpu', {});
  } catch (error) {
    engine.release('Session', session);
    throw error;
  }
}
