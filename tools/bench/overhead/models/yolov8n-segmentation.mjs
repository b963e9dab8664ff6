import { ANCHORS } from './anchors.mjs';
import { GraphBuilder } from './graph-builder.mjs';
import { OBJECTS } from './scene.mjs';
import { boxHead, twoConvolutions } from './yolov8-boxes.mjs';
import { conv, SIZE, trunk } from './yolov8-trunk.mjs';

const CLASSES = 80;
const MASKS = 32;
const MASK_SIZE = SIZE / 4;

/**
 * YOLOv8n-seg's shape and cost: 3.4 M parameters, 12.0 GFLOP (12.6 where the transposed convolution is counted by its output's
 * size), outputs [1, 116, 8400] and [1, 32, 160, 160].
 */
export function buildSegmenter() {
  const graph = new GraphBuilder(20260103);
  const scales = trunk(graph);
  // The first prototype holds the objects, the others the unevenness of their edges.
  const bias = (channel) => (channel === 0 ? 6 : 0);
  const { boxes, confidences, extra } = boxHead(graph, scales, {
    classes: CLASSES,
    extraBranch: (branch, x) => twoConvolutions(branch, x, MASKS, MASKS, { bias }),
  });
  graph.finish('Concat', [boxes, confidences, extra], { axis: 1 }, 'output0');
  prototypes(graph, scales[0]);
  return graph.build(
    { images: [1, 3, SIZE, SIZE] },
    { output0: [1, 4 + CLASSES + MASKS, ANCHORS], output1: [1, MASKS, MASK_SIZE, MASK_SIZE] },
    { task: 'segment', stride: '32', imgsz: `[${SIZE}, ${SIZE}]` },
  );
}

/**
 * The prototype branch. Where the trained network ends with x * sigmoid(x), this one has shape * sigmoid(x) with a constant shape for
 * each prototype: as many operations, and masks that are blobs although the weights are random.
 */
function prototypes(graph, x) {
  const wide = conv(graph, graph.deconvolve(conv(graph, x, 64, 3), 64), 64, 3);
  const last = graph.convolve(wide, MASKS, { gain: 0.5, bias: () => 2 });
  const shapes = graph.float32([1, MASKS, MASK_SIZE, MASK_SIZE], prototypeShapes());
  graph.finish('Mul', [shapes, graph.node('Sigmoid', [last.name])], {}, 'output1');
}

function prototypeShapes() {
  return Array.from({ length: MASKS }, (_, prototype) =>
    Array.from({ length: MASK_SIZE * MASK_SIZE }, (_, index) => {
      const x = (4 * (index % MASK_SIZE) + 2) / SIZE;
      const y = (4 * Math.floor(index / MASK_SIZE) + 2) / SIZE;
      return prototype === 0 ? insideObjects(x * SIZE, y * SIZE) : wave(x, y, prototype);
    }),
  ).flat();
}

/** 1 in the middle of an object, 0 on the ellipse that takes 85 % of its box's sides, down to -1 outside. */
function insideObjects(x, y) {
  const distances = OBJECTS.map((box) =>
    Math.hypot((x - box.x) / (0.425 * box.width), (y - box.y) / (0.425 * box.height)),
  );
  return Math.max(-1, 1 - Math.min(...distances) ** 2);
}

function wave(x, y, prototype) {
  const angle = prototype * 2.4;
  const turns = 3 + (prototype % 8);
  return 0.5 * Math.sin(2 * Math.PI * turns * (x * Math.cos(angle) + y * Math.sin(angle)));
}
