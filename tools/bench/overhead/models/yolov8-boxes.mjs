import { ANCHORS, anchorConstants, PEAK } from './anchors.mjs';
import { conv } from './yolov8-trunk.mjs';

const REG_MAX = 16;

/**
 * The box and class branches of YOLOv8's head over all three scales, `extra` a further branch's channels. Biases give
 * the 400 anchors of the coarsest scale a confidence of about 0.8 for the first class, and every other confidence about 0.01;
 * the anchor constants put those 400 boxes onto the scene's objects. Suppression has as much to do as on a real picture, and
 * leaves ten.
 *
 * @param extraBranch `(graph, map) => map`, the task's own branch on one scale
 * @returns names: `boxes` [1, 4, 8400] in pixels, `confidences` [1, classes, 8400], `extra` [1, channels, 8400] when there is such a branch
 */
export function boxHead(graph, scales, { classes, extraBranch }) {
  const classWidth = Math.max(scales[0].channels, Math.min(classes, 100));
  const boxBias = (channel) => (channel % REG_MAX === PEAK ? 9 : 0);
  const flat = (map) => graph.node('Reshape', [map.name, graph.int64([1, map.channels, -1])]);
  const branches = scales.map((x, scale) => {
    const classBias = (channel) => (scale === 2 && channel === 0 ? 1.5 : -5);
    const box = twoConvolutions(graph, x, 64, 4 * REG_MAX, { bias: boxBias });
    const scores = twoConvolutions(graph, x, classWidth, classes, { bias: classBias, gain: 0.2 });
    return { both: flat(graph.concat([box, scores])), extra: extraBranch && flat(extraBranch(graph, x)) };
  });
  const all = graph.node(
    'Concat',
    branches.map(({ both }) => both),
    { axis: 2 },
  );
  const [box, scores] = graph.split(all, [4 * REG_MAX, classes]);
  const confidences = graph.node('Sigmoid', [scores]);
  const extras = branches.flatMap(({ extra }) => extra ?? []);
  const extra = extras.length === 0 ? undefined : graph.node('Concat', extras, { axis: 2 });
  return { boxes: decodeBoxes(graph, box), confidences, extra };
}

/** Two 3 x 3 convolutions and a plain 1 x 1: the shape of each branch of the head. */
export function twoConvolutions(graph, x, width, channels, output) {
  return graph.convolve(conv(graph, conv(graph, x, width, 3), width, 3), channels, { gain: 0.5, ...output });
}

/** Distribution focal loss to distances, distances and anchor points to centre, width and height in pixels. */
function decodeBoxes(graph, box) {
  const bins = graph.node('Reshape', [box, graph.int64([1, 4, REG_MAX, ANCHORS])]);
  const weights = graph.node('Softmax', [graph.node('Transpose', [bins], { perm: [0, 2, 1, 3] })], {
    axis: 1,
  });
  const values = graph.float32(
    [1, REG_MAX, 1, 1],
    Array.from({ length: REG_MAX }, (_, bin) => bin),
  );
  const distances = graph.node('Reshape', [
    graph.node('Conv', [weights, values]),
    graph.int64([1, 4, ANCHORS]),
  ]);
  const [near, far] = graph.split(distances, [2, 2]);
  const { points, strides } = anchorConstants();
  const point = graph.float32([1, 2, ANCHORS], points);
  const lower = graph.node('Sub', [point, near]);
  const upper = graph.node('Add', [point, far]);
  const centre = graph.node('Div', [graph.node('Add', [lower, upper]), graph.float32([], [2])]);
  const extent = graph.node('Sub', [upper, lower]);
  const boxes = graph.node('Concat', [centre, extent], { axis: 1 });
  return graph.node('Mul', [boxes, graph.float32([1, 4, ANCHORS], [...strides, ...strides])]);
}
