import {
  CareError,
  errorMessage,
  validateInputs,
  type InferenceSession,
  type JsonObject,
  type Tensor,
  type TensorSpec,
} from '@care/registry-core';
import type { OrtLibrary } from './capi/ort-library.js';
import { runSession } from './capi/run-session.js';
import { describeSession } from './capi/session-io.js';

/** A session of ONNX Runtime behind its C API. A run has a thread of its own; the calling one stays free. */
export class OrtSession implements InferenceSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly device: string;
  readonly info: JsonObject;
  readonly #library: OrtLibrary;
  #session: bigint | undefined;
  #running: Promise<unknown> = Promise.resolve();

  /** @throws CareError MODEL_INCOMPATIBLE; the session is the caller's then. */
  constructor(library: OrtLibrary, session: bigint, device: string, info: JsonObject) {
    this.inputs = describeSession(library, session, 'inputs');
    this.outputs = describeSession(library, session, 'outputs');
    this.#library = library;
    this.#session = session;
    this.device = device;
    this.info = info;
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const session = this.#session;
    if (session === undefined) throw new CareError('DISPOSED', 'the session has been disposed');
    validateInputs(this.inputs, inputs);
    const run = runSession(this.#library, session, this, inputs);
    this.#running = run.catch(() => undefined);
    try {
      return await run;
    } catch (cause) {
      throw new CareError('INFERENCE_FAILED', `ONNX Runtime failed: ${errorMessage(cause)}`, {
        details: { backend: 'tensorrt', device: this.device },
        cause,
      });
    }
  }

  async dispose(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#session = undefined;
    await this.#running;
    this.#library.release('Session', session);
  }
}
