import type { Manifest } from '../manifest/manifest-schema.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { keypointShape } from '../import/ultralytics-metadata.js';

/** What a candidate box of a detection-like output holds besides its class scores. */
export interface RowLayout {
  readonly decoder: 'yolov5' | 'yolox' | 'yolov8' | 'end2end';
  /** Values beside the class scores: 4 for the box, 1 for an objectness, mask coefficients, keypoints. */
  readonly fixed: number;
  /** False: the row has no score for each class, only the best class. */
  readonly scores: boolean;
  /** Channels stand before the anchors: [1, C, N] (YOLOv8) instead of [1, N, C]. */
  readonly channelsFirst: boolean;
}

/** An output is taken for anchors x channels beyond doubt when it has at least this many times more of the one. */
const UNMISTAKABLE = 4;

/**
 * The layouts that the manifest allows: all of its decoder, or of every YOLO decoder for `auto`.
 * YOLOv8 [1, 4+nc(+nm or K*d), N], YOLOv5 and YOLOX [1, N, 5+nc(+nm)], end to end [1, N, 6(+nm or K*d)].
 */
export function rowLayouts(manifest: Manifest, facts: OnnxFacts): RowLayout[] {
  const decoder = manifest.postprocessing?.decoder ?? 'auto';
  const layouts = extras(manifest, facts).flatMap((extra): RowLayout[] => [
    { decoder: 'yolov8', fixed: 4 + extra, scores: true, channelsFirst: true },
    { decoder: 'yolov8', fixed: 4 + extra, scores: true, channelsFirst: false },
    { decoder: 'yolov5', fixed: 5 + extra, scores: true, channelsFirst: false },
    { decoder: 'yolox', fixed: 5 + extra, scores: true, channelsFirst: false },
    { decoder: 'end2end', fixed: 6 + extra, scores: false, channelsFirst: false },
  ]);
  const named = decoder === 'yolov10' ? 'end2end' : decoder;
  return decoder === 'auto' ? layouts : layouts.filter((layout) => layout.decoder === named);
}

/** Values that the task adds to a row; empty when neither manifest nor file tells. */
function extras(manifest: Manifest, facts: OnnxFacts): number[] {
  switch (manifest.task_type) {
    case 'instance-segmentation': {
      const masks = facts.outputs.find(({ shape }) => shape?.length === 4)?.shape?.[1];
      return typeof masks === 'number' && masks > 0 ? [masks] : [];
    }
    case 'pose-estimation':
    case 'keypoint-detection': {
      const points = manifest.keypoints?.names.length;
      if (points !== undefined) return [points * 3, points * 2];
      const shape = keypointShape(facts.metadata);
      return shape === undefined ? [] : [shape[0] * shape[1]];
    }
    case 'object-detection':
    case 'classification':
      return [0];
  }
}

/**
 * Whether one of the layouts fits an output of [1, a, b] with `classes` classes; if none does, the numbers of classes with which it
 * would. A shape that is in doubt fits, and is not `certain`.
 */
export function fittingRows(
  shape: readonly number[],
  layouts: readonly RowLayout[],
  classes: number,
): { readonly fits: boolean; readonly certain: boolean; readonly classCounts: readonly number[] } {
  const [, second = 0, third = 0] = shape;
  const doubtful = Math.max(second, third) < UNMISTAKABLE * Math.min(second, third);
  if (layouts.length === 0 || doubtful) return { fits: true, certain: false, classCounts: [] };
  const counts = new Set<number>();
  for (const { fixed, scores, channelsFirst } of layouts) {
    const channels = channelsFirst ? second : third;
    if (channels === fixed + (scores ? classes : 0)) return { fits: true, certain: true, classCounts: [] };
    const anchors = channelsFirst ? third : second;
    if (scores && channels > fixed && channels < anchors) counts.add(channels - fixed);
  }
  return { fits: false, certain: true, classCounts: [...counts].sort((a, b) => b - a) };
}
