import {
  CareError,
  validateInputs,
  type InferenceSession,
  type JsonObject,
  type Tensor,
  type TensorSpec,
} from '@care/registry-core';
import type { InferRequest, Tensor as EngineTensor } from 'openvino-node';
import type { CompiledPorts, Port } from './compile-model.js';
import { engineMessage } from './engine-message.js';
import type { OpenVinoAddon } from './openvino-runtime.js';
import { carriedData, toTensor } from './tensor-conversion.js';

/** A compiled model. A run is an asynchronous infer request: the thread that calls is free while the device works. */
export class OpenVinoSession implements InferenceSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly device: string;
  readonly info: JsonObject;
  readonly #addon: OpenVinoAddon;
  readonly #ports: Pick<CompiledPorts, 'inputs' | 'outputs'>;
  readonly #close: () => Promise<void>;
  #request: InferRequest | undefined;
  /** The engine reads the caller's own memory while it runs. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    addon: OpenVinoAddon,
    { request, inputs, outputs }: CompiledPorts,
    { device, info, close }: { device: string; info: JsonObject; close: () => Promise<void> },
  ) {
    const spec = ({ name, type, shape }: Port): TensorSpec => ({ name, type, shape });
    this.#addon = addon;
    this.#request = request;
    this.#ports = { inputs, outputs };
    this.#close = close;
    this.inputs = inputs.map(spec);
    this.outputs = outputs.map(spec);
    this.device = device;
    this.info = info;
  }

  async run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    const request = this.#request;
    if (request === undefined) throw new CareError('DISPOSED', 'the session has been disposed');
    validateInputs(this.inputs, inputs);
    const feeds = this.#ports.inputs.map((port) => this.#feed(port, inputs[port.name]));
    try {
      // In the model's order: the binding does not look at names.
      const run = request.inferAsync(feeds.map(({ tensor }) => tensor));
      // Holds the data, too, until the engine has read it.
      this.#running = run.catch(() => undefined).then(() => feeds.length);
      await run;
      return Object.fromEntries(
        this.#ports.outputs.map(({ name, type }, index) => {
          const tensor = request.getOutputTensor(index);
          return [name, toTensor(name, type, tensor.getShape(), tensor.data)];
        }),
      );
    } catch (cause) {
      throw new CareError('INFERENCE_FAILED', `OpenVINO failed: ${engineMessage(cause)}`, {
        details: { backend: 'openvino', device: this.device },
        cause,
      });
    }
  }

  #feed({ name, carrier }: Port, tensor: Tensor | undefined): { tensor: EngineTensor; data: unknown } {
    if (tensor === undefined) throw new CareError('INPUT_INVALID', `input "${name}": it is missing`);
    // Copying an output without elements ends the process in OpenVINO 2026.4, and such an input mostly leads to one.
    if (tensor.data.length === 0) {
      throw new CareError(
        'UNSUPPORTED',
        `input "${name}" has no elements, which openvino-node does not survive`,
        {
          details: { input: name, backend: 'openvino' },
        },
      );
    }
    const data = carriedData(name, tensor);
    return { tensor: new this.#addon.Tensor(carrier, [...tensor.dims], data), data };
  }

  async dispose(): Promise<void> {
    if (this.#request === undefined) return;
    this.#request = undefined;
    await this.#running;
    await this.#close();
  }
}
