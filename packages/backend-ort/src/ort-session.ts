import {
  CareError,
  validateInputs,
  type InferenceSession,
  type JsonObject,
  type Tensor,
  type TensorSpec,
} from '@care/registry-core';
import type { InferenceSession as NativeSession } from 'onnxruntime-node';
import type { OrtModule } from './ort-runtime.js';
import { fromOrtTensor, toOrtTensor, toTensorSpec } from './tensor-conversion.js';

/** An opened model of ONNX Runtime. `run` holds the calling thread while the engine works. */
export class OrtSession implements InferenceSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly device: string;
  readonly info: JsonObject;
  readonly #ort: OrtModule;
  #native: NativeSession | undefined;

  constructor(ort: OrtModule, native: NativeSession, device: string, info: JsonObject) {
    this.#ort = ort;
    this.#native = native;
    this.device = device;
    this.info = info;
    this.inputs = native.inputMetadata.map(toTensorSpec);
    this.outputs = native.outputMetadata.map(toTensorSpec);
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const native = this.#native;
    if (native === undefined) throw new CareError('DISPOSED', 'the session has been disposed');
    validateInputs(this.inputs, inputs);
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, toOrtTensor(this.#ort, tensor)]),
    );
    const results = await native.run(feeds).catch((cause: unknown) => {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new CareError('INFERENCE_FAILED', `ONNX Runtime failed: ${message.trim()}`, {
        details: { backend: 'ort', device: this.device },
        cause,
      });
    });
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(name, tensor)]),
    );
  }

  async dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    if (native === undefined) return;
    if (this.info.profiling === true) native.endProfiling();
    await native.release();
  }
}
