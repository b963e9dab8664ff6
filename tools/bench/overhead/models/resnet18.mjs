import { GraphBuilder } from './graph-builder.mjs';

const SIZE = 224;
const CLASSES = 1000;
/** Channels and first stride of the stages, two blocks each (He et al., "Deep Residual Learning", table 1). */
const STAGES = [
  [64, 1],
  [128, 2],
  [256, 2],
  [512, 2],
];
const FEATURES = 512;

/** ResNet-18's shape and cost at 224 x 224: 11.7 M parameters, 3.6 GFLOP, output [1, 1000] logits; random weights. */
export function buildClassifier() {
  const graph = new GraphBuilder(20260105);
  const stem = relu(
    graph,
    graph.convolve({ name: 'input', channels: 3, size: SIZE }, 64, { kernel: 7, stride: 2 }),
  );
  const pool = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] };
  let x = { ...stem, size: stem.size / 2, name: graph.node('MaxPool', [stem.name], pool) };
  for (const [channels, stride] of STAGES) {
    x = block(graph, block(graph, x, channels, stride), channels, 1);
  }
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [x.name])], { axis: 1 });
  graph.dense(features, FEATURES, CLASSES, 'output');
  return graph.build({ input: [1, 3, SIZE, SIZE] }, { output: [1, CLASSES] }, {});
}

function block(graph, x, channels, stride) {
  const first = relu(graph, graph.convolve(x, channels, { kernel: 3, stride }));
  const second = graph.convolve(first, channels, { kernel: 3 });
  const same = stride === 1 && x.channels === channels;
  const shortcut = same ? x : graph.convolve(x, channels, { kernel: 1, stride });
  return relu(graph, { ...second, name: graph.node('Add', [second.name, shortcut.name]) });
}

function relu(graph, map) {
  return { ...map, name: graph.node('Relu', [map.name]) };
}
