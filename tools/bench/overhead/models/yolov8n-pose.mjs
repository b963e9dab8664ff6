import { ANCHORS, anchorConstants } from './anchors.mjs';
import { GraphBuilder } from './graph-builder.mjs';
import { boxHead, twoConvolutions } from './yolov8-boxes.mjs';
import { SIZE, trunk } from './yolov8-trunk.mjs';

const KEYPOINTS = 17;

/** YOLOv8n-pose's shape and cost: 3.3 M parameters, 9.2 GFLOP, output [1, 56, 8400]. */
export function buildPoseModel() {
  const graph = new GraphBuilder(20260102);
  const { boxes, confidences, extra } = boxHead(graph, trunk(graph), {
    classes: 1,
    extraBranch: (branch, x) => twoConvolutions(branch, x, 3 * KEYPOINTS, 3 * KEYPOINTS),
  });
  graph.finish('Concat', [boxes, confidences, decodeKeypoints(graph, extra)], { axis: 1 }, 'output0');
  return graph.build(
    { images: [1, 3, SIZE, SIZE] },
    { output0: [1, 5 + 3 * KEYPOINTS, ANCHORS] },
    { task: 'pose', stride: '32', imgsz: `[${SIZE}, ${SIZE}]`, kpt_shape: `[${KEYPOINTS}, 3]` },
  );
}

/** Offsets in half strides to pixels, logits to visibility. */
function decodeKeypoints(graph, raw) {
  const triples = graph.node('Reshape', [raw, graph.int64([1, KEYPOINTS, 3, ANCHORS])]);
  const [offsets, logits] = graph.split(triples, [2, 1], 2);
  const { points, strides } = anchorConstants();
  const corners = graph.float32(
    [1, 1, 2, ANCHORS],
    points.map((point) => point - 0.5),
  );
  const doubled = graph.node('Mul', [offsets, graph.float32([], [2])]);
  const pixels = graph.node('Mul', [
    graph.node('Add', [doubled, corners]),
    graph.float32([1, 1, 2, ANCHORS], strides),
  ]);
  const both = graph.node('Concat', [pixels, graph.node('Sigmoid', [logits])], { axis: 2 });
  return graph.node('Reshape', [both, graph.int64([1, 3 * KEYPOINTS, ANCHORS])]);
}
