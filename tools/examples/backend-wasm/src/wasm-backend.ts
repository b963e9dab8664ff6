import {
  CareError,
  CONTRACT_VERSION,
  errorMessage,
  type InferenceBackend,
  type LoadedModel,
  type OpenOptions,
} from '@care/registry-core';
import { DEVICES, engineVersion, FORMATS, openModel } from './engine.js';
import type { WasmOptions } from './options.js';
import { WasmSession } from './wasm-session.js';

/** Opens models with the engine. It is used inside a worker of the host, may block it and need not know of threads. */
export function createWasmBackend(options: WasmOptions): InferenceBackend {
  return {
    contract: CONTRACT_VERSION,
    name: 'wasm',
    formats: FORMATS,

    async probe() {
      try {
        const version = await engineVersion();
        return {
          available: true,
          engineVersion: version,
          devices: DEVICES.map((id) => ({ id, available: true })),
        };
      } catch (error) {
        const reason = errorMessage(error); // told instead of thrown: that is what a probe is for
        return {
          available: false,
          reason,
          devices: DEVICES.map((id) => ({ id, available: false, reason })),
        };
      }
    },

    async open(model, { device, intraOpThreads, signal } = {}) {
      assertOpens(model, device);
      throwIfAborted(signal);
      const opened = await openModel(model, intraOpThreads ?? options.intraOpThreads);
      const session = new WasmSession(opened, device ?? DEVICES[0] ?? 'cpu');
      if (signal?.aborted === true) await session.dispose();
      throwIfAborted(signal);
      return session;
    },
  };
}

function assertOpens(model: LoadedModel, device: OpenOptions['device']): void {
  if (!FORMATS.includes(model.format)) {
    throw new CareError('MODEL_INCOMPATIBLE', `wasm opens ${FORMATS.join(', ')}, not ${model.format}`, {
      details: { backend: 'wasm', format: model.format },
    });
  }
  // A device that was asked for and is not there is an error, never silently another one.
  if (device !== undefined && !DEVICES.includes(device)) {
    throw new CareError('BACKEND_UNAVAILABLE', `wasm has no device "${device}"`, {
      remedy: `Choose one of: ${DEVICES.join(', ')}.`,
      details: { backend: 'wasm', device },
    });
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new CareError('ABORTED', 'opening the model was cancelled', { cause: signal.reason });
  }
}
