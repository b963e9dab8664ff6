import { buildOnnxModel } from '@care/plugin-testkit/onnx';

const SIZE = 640;
const CLASSES = 80;
const REG_MAX = 16;
const STRIDES = [8, 16, 32];
/** Standard deviation of the weights times the root of the fan-in: activations neither explode nor become denormal. */
const GAIN = 1.6;

/**
 * An ONNX model of YOLOv8n's shape and cost (layers, channels and head of Ultralytics' published yolov8n.yaml; 3.2 M
 * parameters, 8.7 GFLOP at 640 x 640, output [1, 84, 8400]) with seeded random weights. It sees nothing: biases give
 * the 400 anchors of the coarsest scale boxes of some 400 px and a confidence of about 0.8 for the first class, and every
 * other confidence about 0.01, so that NMS has 400 boxes to look at and leaves a few.
 *
 * @returns {{ bytes: Uint8Array, gflop: number, parameters: number }}
 */
export function buildYolov8n() {
  const graph = new GraphBuilder(20260101);
  const scales = neck(graph, backbone(graph));
  head(graph, scales);
  const bytes = buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, SIZE, SIZE] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 4 + CLASSES, 8400] }],
    nodes: graph.nodes,
    initializers: graph.initializers,
    metadata: { task: 'detect', stride: '32', imgsz: `[${SIZE}, ${SIZE}]` },
  });
  return { bytes, gflop: graph.flop / 1e9, parameters: graph.parameters };
}

function backbone(graph) {
  let x = { name: 'images', channels: 3, size: SIZE };
  x = graph.conv(x, 16, 3, 2);
  x = graph.conv(x, 32, 3, 2);
  x = graph.c2f(x, 32, 1, true);
  x = graph.conv(x, 64, 3, 2);
  const p3 = graph.c2f(x, 64, 2, true);
  x = graph.conv(p3, 128, 3, 2);
  const p4 = graph.c2f(x, 128, 2, true);
  x = graph.conv(p4, 256, 3, 2);
  x = graph.c2f(x, 256, 1, true);
  return { p3, p4, p5: graph.sppf(x, 256) };
}

function neck(graph, { p3, p4, p5 }) {
  const up4 = graph.c2f(graph.concat([graph.upsample(p5), p4]), 128, 1, false);
  const out3 = graph.c2f(graph.concat([graph.upsample(up4), p3]), 64, 1, false);
  const out4 = graph.c2f(graph.concat([graph.conv(out3, 64, 3, 2), up4]), 128, 1, false);
  const out5 = graph.c2f(graph.concat([graph.conv(out4, 128, 3, 2), p5]), 256, 1, false);
  return [out3, out4, out5];
}

function head(graph, scales) {
  const maps = scales.map((x, scale) => {
    const boxBias = (channel) => (channel % REG_MAX === 6 ? 4 : 0);
    const classBias = (channel) => (scale === 2 && channel === 0 ? 1.5 : -5);
    const box = graph.plainConv(graph.conv(graph.conv(x, 64, 3), 64, 3), 4 * REG_MAX, boxBias);
    const scores = graph.plainConv(graph.conv(graph.conv(x, CLASSES, 3), CLASSES, 3), CLASSES, classBias);
    const both = graph.concat([box, scores]);
    return graph.node('Reshape', [both.name, graph.int64([1, both.channels, -1])]);
  });
  const all = graph.node('Concat', maps, { axis: 2 });
  const [box, scores] = graph.split(all, [4 * REG_MAX, CLASSES]);
  const confidences = graph.node('Sigmoid', [scores]);
  graph.finish('Concat', [decodeBoxes(graph, box), confidences], { axis: 1 }, 'output0');
}

/** Distribution focal loss to distances, distances and anchor points to centre, width and height in pixels. */
function decodeBoxes(graph, box) {
  const bins = graph.node('Reshape', [box, graph.int64([1, 4, REG_MAX, 8400])]);
  const weights = graph.node('Softmax', [graph.node('Transpose', [bins], { perm: [0, 2, 1, 3] })], {
    axis: 1,
  });
  const values = graph.float32(
    [1, REG_MAX, 1, 1],
    Float32Array.from({ length: REG_MAX }, (_, bin) => bin),
  );
  const distances = graph.node('Reshape', [graph.node('Conv', [weights, values]), graph.int64([1, 4, 8400])]);
  const [near, far] = graph.split(distances, [2, 2]);
  const { points, strides } = anchors();
  const anchor = graph.float32([1, 2, 8400], points);
  const lower = graph.node('Sub', [anchor, near]);
  const upper = graph.node('Add', [anchor, far]);
  const centre = graph.node('Div', [
    graph.node('Add', [lower, upper]),
    graph.float32([], new Float32Array([2])),
  ]);
  const extent = graph.node('Sub', [upper, lower]);
  const boxes = graph.node('Concat', [centre, extent], { axis: 1 });
  return graph.node('Mul', [boxes, graph.float32([1, 8400], strides)]);
}

function anchors() {
  const cells = STRIDES.flatMap((stride) => {
    const side = SIZE / stride;
    return Array.from({ length: side * side }, (_, index) => ({
      x: (index % side) + 0.5,
      y: Math.floor(index / side) + 0.5,
      stride,
    }));
  });
  return {
    points: Float32Array.from([...cells.map(({ x }) => x), ...cells.map(({ y }) => y)]),
    strides: Float32Array.from(cells.map(({ stride }) => stride)),
  };
}

/** Nodes and weights of a convolutional network; feature maps are `{ name, channels, size }`. */
class GraphBuilder {
  nodes = [];
  initializers = {};
  flop = 0;
  parameters = 0;
  #random;
  #count = 0;

  constructor(seed) {
    this.#random = mulberry32(seed);
  }

  node(op, inputs, attributes = {}) {
    return this.finish(op, inputs, attributes, this.#name(op));
  }

  finish(op, inputs, attributes, output) {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  split(input, sizes) {
    const outputs = sizes.map(() => this.#name('split'));
    this.nodes.push({ op: 'Split', inputs: [input, this.int64(sizes)], outputs, attributes: { axis: 1 } });
    return outputs;
  }

  int64(values) {
    return this.#initializer({
      type: 'int64',
      dims: [values.length],
      data: BigInt64Array.from(values.map(BigInt)),
    });
  }

  float32(dims, data) {
    return this.#initializer({ type: 'float32', dims, data });
  }

  /** Convolution and SiLU, as exporters write it: Conv, Sigmoid, Mul. */
  conv(x, channels, kernel, stride = 1) {
    const map = this.#convolve(x, channels, kernel, stride, () => 0);
    return { ...map, name: this.node('Mul', [map.name, this.node('Sigmoid', [map.name])]) };
  }

  /** 1 x 1 convolution without activation. */
  plainConv(x, channels, bias) {
    return this.#convolve(x, channels, 1, 1, bias);
  }

  c2f(x, channels, repeats, shortcut) {
    const half = channels / 2;
    const first = this.conv(x, channels, 1);
    const parts = this.split(first.name, [half, half]).map((name) => ({ ...first, name, channels: half }));
    for (let index = 0; index < repeats; index++) {
      const input = parts.at(-1);
      const output = this.conv(this.conv(input, half, 3), half, 3);
      parts.push(shortcut ? { ...output, name: this.node('Add', [input.name, output.name]) } : output);
    }
    return this.conv(this.concat(parts), channels, 1);
  }

  sppf(x, channels) {
    const maps = [this.conv(x, channels / 2, 1)];
    for (let index = 0; index < 3; index++) {
      const input = maps.at(-1);
      const pool = { kernel_shape: [5, 5], pads: [2, 2, 2, 2], strides: [1, 1] };
      maps.push({ ...input, name: this.node('MaxPool', [input.name], pool) });
    }
    return this.conv(this.concat(maps), channels, 1);
  }

  upsample(x) {
    const scales = this.float32([4], new Float32Array([1, 1, 2, 2]));
    const attributes = {
      mode: 'nearest',
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'asymmetric',
    };
    return { ...x, size: x.size * 2, name: this.node('Resize', [x.name, '', scales], attributes) };
  }

  concat(maps) {
    const channels = maps.reduce((sum, map) => sum + map.channels, 0);
    const names = maps.map((map) => map.name);
    return { channels, size: maps[0].size, name: this.node('Concat', names, { axis: 1 }) };
  }

  #convolve(x, channels, kernel, stride, bias) {
    const size = x.size / stride;
    const fanIn = x.channels * kernel * kernel;
    const weights = Float32Array.from(
      { length: channels * fanIn },
      () => (GAIN / Math.sqrt(fanIn)) * this.#normal(),
    );
    const weight = this.float32([channels, x.channels, kernel, kernel], weights);
    const offset = this.float32(
      [channels],
      Float32Array.from({ length: channels }, (_, channel) => bias(channel)),
    );
    const pad = Math.floor(kernel / 2);
    this.flop += 2 * weights.length * size * size;
    this.parameters += weights.length + channels;
    const name = this.node('Conv', [x.name, weight, offset], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    });
    return { name, channels, size };
  }

  #initializer(tensor) {
    const name = this.#name('w');
    this.initializers[name] = tensor;
    return name;
  }

  #name(prefix) {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }

  /** Box-Muller. */
  #normal() {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

/** A small seeded generator (Tommy Ettinger's mulberry32, public domain): the same weights on every machine. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
