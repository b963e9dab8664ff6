import { GraphBuilder } from './graph-builder.mjs';

const SIZE = 224;
const CLASSES = 1000;
/** Expansion, channels, repeats and first stride of the bottlenecks (Sandler et al., "MobileNetV2", table 2). */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];
const FEATURES = 1280;

/** MobileNetV2's shape and cost at 224 x 224: 3.5 M parameters, 0.6 GFLOP, output [1, 1000] logits; random weights. */
export function buildSmallClassifier() {
  const graph = new GraphBuilder(20260104);
  let x = { name: 'input', channels: 3, size: SIZE };
  x = convolution(graph, x, 32, { kernel: 3, stride: 2 });
  for (const [expansion, channels, repeats, firstStride] of STAGES) {
    for (let index = 0; index < repeats; index++) {
      x = bottleneck(graph, x, channels, { expansion, stride: index === 0 ? firstStride : 1 });
    }
  }
  x = convolution(graph, x, FEATURES, {});
  const pooled = graph.node('GlobalAveragePool', [x.name]);
  const features = graph.node('Flatten', [pooled], { axis: 1 });
  graph.dense(features, FEATURES, CLASSES, 'output');
  return graph.build({ input: [1, 3, SIZE, SIZE] }, { output: [1, CLASSES] }, {});
}

function bottleneck(graph, x, channels, { expansion, stride }) {
  const hidden = x.channels * expansion;
  const wide = expansion === 1 ? x : convolution(graph, x, hidden, {});
  const spatial = convolution(graph, wide, hidden, { kernel: 3, stride, group: hidden });
  const narrow = graph.convolve(spatial, channels);
  const keeps = stride === 1 && x.channels === channels;
  return keeps ? { ...narrow, name: graph.node('Add', [x.name, narrow.name]) } : narrow;
}

/** Convolution and ReLU6, batch normalisation folded in as exporters do. */
function convolution(graph, x, channels, options) {
  const map = graph.convolve(x, channels, options);
  return { ...map, name: graph.node('Clip', [map.name, graph.float32([], [0]), graph.float32([], [6])]) };
}
