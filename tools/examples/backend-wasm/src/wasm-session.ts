import {
  CareError,
  errorMessage,
  validateInputs,
  type InferenceSession,
  type Tensor,
  type TensorSpec,
} from '@care/registry-core';
import type { OpenedModel } from './engine.js';

/** An opened model: checks the inputs, calls the engine, gives its failures the code of the contract. */
export class WasmSession implements InferenceSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly device: string;
  #opened: OpenedModel | undefined;

  constructor(opened: OpenedModel, device: string) {
    this.#opened = opened;
    this.inputs = opened.inputs;
    this.outputs = opened.outputs;
    this.device = device;
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const opened = this.#opened;
    if (opened === undefined) throw new CareError('DISPOSED', 'the session has been disposed');
    validateInputs(this.inputs, inputs); // names a missing, unknown or ill-shaped input before the engine sees it
    return opened.run(inputs).catch((cause: unknown) => {
      throw new CareError('INFERENCE_FAILED', `the engine failed: ${errorMessage(cause)}`, {
        details: { backend: 'wasm', device: this.device },
        cause,
      });
    });
  }

  async dispose(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }
}
