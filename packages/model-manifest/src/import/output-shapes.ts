import type { Manifest } from '../manifest/manifest-schema.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';

/** Fixed sizes of the outputs; a dynamic one is 0. */
function outputShapes({ outputs }: OnnxFacts): number[][] {
  return outputs.map(({ shape = [] }) => shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : 0)));
}

/** Task by unmistakable outputs: [N, classes] alone is a classification, [1, 4+nc, N] alone a YOLOv8 detection. */
export function inferTask(facts: OnnxFacts, classes: number | undefined): Manifest['task_type'] | undefined {
  const [first, ...others] = outputShapes(facts);
  if (first === undefined || others.length > 0) return undefined;
  const trailing = first.slice(2);
  if (first.length >= 2 && trailing.every((dim) => dim === 1)) return 'classification';
  if (classes !== undefined && first.length === 3 && isAnchorFree(first, 4 + classes))
    return 'object-detection';
  return undefined;
}

/** YOLOv8 and what follows it: channels first, and more anchors than channels when their number is fixed. */
const isAnchorFree = ([, channels = 0, anchors = 0]: readonly number[], wanted: number): boolean =>
  channels === wanted && (anchors === 0 || anchors > channels);

/**
 * The output decoder by shape. YOLOv5 and YOLOX share [1, N, 5+nc] and differ in what the numbers mean, so that shape tells only
 * when the exporter is known (`ultralytics`: YOLOX files carry no metadata).
 */
export function inferDecoder(
  task: Manifest['task_type'],
  classes: number,
  facts: OnnxFacts,
  ultralytics: boolean,
): string | undefined {
  const shapes = outputShapes(facts);
  const rows = shapes.filter((shape) => shape.length === 3);
  const [output] = rows;
  if (output === undefined || rows.length !== 1) return undefined;
  const masks = task === 'instance-segmentation' ? (shapes.find((shape) => shape.length === 4)?.[1] ?? 0) : 0;
  const [, second = 0, third = 0] = output;
  if (task === 'pose-estimation') {
    // Number of keypoints unknown: more channels than box and classes take, before more anchors.
    return ultralytics && second > 4 + classes && (third === 0 || third > second) ? 'yolov8' : undefined;
  }
  if (isAnchorFree(output, 4 + classes + masks)) return 'yolov8';
  if (third === 5 + classes + masks && (second === 0 || second > third))
    return ultralytics ? 'yolov5' : undefined;
  return undefined;
}

/** One output of [1, N, C] with more rows than columns: YOLOv5, YOLOX or end-to-end rows, whatever the classes. */
export function anchorsFirst(facts: OnnxFacts): boolean {
  const rows = outputShapes(facts).filter((shape) => shape.length === 3);
  const [, second = 0, third = 0] = rows[0] ?? [];
  return rows.length === 1 && third > 0 && second > third;
}
