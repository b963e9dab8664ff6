import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import { seededNormals } from './seeded-random.mjs';

/** Standard deviation of the weights times the root of the fan-in: activations neither explode nor become denormal. */
const GAIN = 1.6;

/** Nodes and seeded random weights of a convolutional network; feature maps are `{ name, channels, size }`. */
export class GraphBuilder {
  #nodes = [];
  #initializers = {};
  #flop = 0;
  #parameters = 0;
  #normal;
  #count = 0;

  constructor(seed) {
    this.#normal = seededNormals(seed);
  }

  /** Adds a node with one output and gives that output's name. */
  node(op, inputs, attributes = {}) {
    return this.finish(op, inputs, attributes, this.#name(op));
  }

  /** As `node`, with a name of its own for the output. */
  finish(op, inputs, attributes, output) {
    this.#nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  split(input, sizes, axis = 1) {
    const outputs = sizes.map(() => this.#name('split'));
    this.#nodes.push({ op: 'Split', inputs: [input, this.int64(sizes)], outputs, attributes: { axis } });
    return outputs;
  }

  concat(maps) {
    const channels = maps.reduce((sum, map) => sum + map.channels, 0);
    const names = maps.map((map) => map.name);
    return { channels, size: maps[0].size, name: this.node('Concat', names, { axis: 1 }) };
  }

  int64(values) {
    const data = BigInt64Array.from(values.map(BigInt));
    return this.#initializer({ type: 'int64', dims: [values.length], data });
  }

  float32(dims, data) {
    return this.#initializer({ type: 'float32', dims, data: Float32Array.from(data) });
  }

  /**
   * Convolution with padding that keeps the size (stride 1) or halves it (stride 2). `gain` is how far the outputs spread,
   * `bias` gives a channel's.
   */
  convolve(x, channels, { kernel = 1, stride = 1, group = 1, gain = GAIN, bias = () => 0 } = {}) {
    const dims = [channels, x.channels / group, kernel, kernel];
    const size = x.size / stride;
    const pad = Math.floor(kernel / 2);
    const name = this.node('Conv', [x.name, ...this.#weights(dims, gain, channels, bias)], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group,
    });
    this.#flop += 2 * product(dims) * size * size;
    return { name, channels, size };
  }

  /** Transposed convolution that doubles the size: each pixel becomes 2 x 2. */
  deconvolve(x, channels) {
    const dims = [x.channels, channels, 2, 2];
    const weights = this.#weights(dims, GAIN, channels, () => 0, x.channels);
    const name = this.node('ConvTranspose', [x.name, ...weights], { kernel_shape: [2, 2], strides: [2, 2] });
    this.#flop += 2 * product(dims) * x.size * x.size;
    return { name, channels, size: x.size * 2 };
  }

  /** Fully connected: `x` is the name of a [1, inputs] tensor. */
  dense(x, inputs, outputs, output) {
    const dims = [outputs, inputs];
    this.#flop += 2 * product(dims);
    return this.finish('Gemm', [x, ...this.#weights(dims, GAIN, outputs, () => 0)], { transB: 1 }, output);
  }

  /** @returns {{ bytes: Uint8Array, gflop: number, parameters: number }} a multiplication and an addition are two operations */
  build(inputs, outputs, metadata) {
    const described = (shapes) =>
      Object.entries(shapes).map(([name, shape]) => ({ name, type: 'float32', shape }));
    const bytes = buildOnnxModel({
      inputs: described(inputs),
      outputs: described(outputs),
      nodes: this.#nodes,
      initializers: this.#initializers,
      metadata,
    });
    return { bytes, gflop: this.#flop / 1e9, parameters: this.#parameters };
  }

  #weights(dims, gain, channels, bias, fanIn = product(dims.slice(1))) {
    const deviation = gain / Math.sqrt(fanIn);
    const weights = Float32Array.from({ length: product(dims) }, () => deviation * this.#normal());
    this.#parameters += weights.length + channels;
    return [
      this.float32(dims, weights),
      this.float32(
        [channels],
        Array.from({ length: channels }, (_, channel) => bias(channel)),
      ),
    ];
  }

  #initializer(tensor) {
    const name = this.#name('w');
    this.#initializers[name] = tensor;
    return name;
  }

  #name(prefix) {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }
}

function product(dims) {
  return dims.reduce((all, dim) => all * dim, 1);
}
