import { GraphBuilder } from './graph-builder.mjs';
import { ANCHORS } from './anchors.mjs';
import { boxHead } from './yolov8-boxes.mjs';
import { SIZE, trunk } from './yolov8-trunk.mjs';

const CLASSES = 80;

/** YOLOv8n's shape and cost: 3.2 M parameters, 8.7 GFLOP, output [1, 84, 8400]. */
export function buildDetector() {
  const graph = new GraphBuilder(20260101);
  const { boxes, confidences } = boxHead(graph, trunk(graph), { classes: CLASSES });
  graph.finish('Concat', [boxes, confidences], { axis: 1 }, 'output0');
  return graph.build(
    { images: [1, 3, SIZE, SIZE] },
    { output0: [1, 4 + CLASSES, ANCHORS] },
    { task: 'detect', stride: '32', imgsz: `[${SIZE}, ${SIZE}]` },
  );
}
