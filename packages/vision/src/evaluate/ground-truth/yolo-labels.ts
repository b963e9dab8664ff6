import type { Ring } from '../../masks/polygon-raster.js';
import type { MaskSize } from '../../masks/rle.js';
import { ringArea } from '../../masks/ring-area.js';
import type { Box } from '../../tasks/task.js';
import type { TrueKeypoint } from '../object-keypoint-similarity.js';
import { fractionAt, yoloColumns, type YoloColumns } from './yolo-line.js';

/** What the lines of a YOLO label file hold after the class: it cannot be told from the numbers alone. */
export type YoloLabelKind =
  | { readonly kind: 'box' }
  | { readonly kind: 'polygon' }
  /** `values` a keypoint: x and y, or x, y and visibility (`kpt_shape` of the data set's YAML file). */
  | { readonly kind: 'pose'; readonly keypoints: number; readonly values: 2 | 3 };

export interface YoloLabelContext {
  /** The upright image that the labels belong to, in pixels. */
  readonly image: MaskSize;
  /** Named in errors. */
  readonly file: string;
  /** Class ids must be below it when given. */
  readonly classCount?: number;
}

/** One object in pixels of the image. */
export interface YoloLabel {
  /** From 1. */
  readonly line: number;
  readonly classId: number;
  readonly box: Box;
  /** Pixels for the size classes: of the polygon; of a pose's box times 0.53, which stands for the segment that it lacks. */
  readonly area?: number;
  readonly polygon?: Ring;
  readonly keypoints?: readonly TrueKeypoint[];
}

export interface YoloLabels {
  readonly labels: readonly YoloLabel[];
  /** Lines left out because they repeat an earlier one, as Ultralytics does. */
  readonly repeatedLines: readonly number[];
}

/** Share of a person's box that COCO's segments fill on the average; Ultralytics validates poses with it. */
const POSE_AREA_SHARE = 0.53;

/**
 * Reads the text of a YOLO label file: one object a line, `class cx cy width height`, `class x1 y1 x2 y2 x3 y3 ...` (polygon), or
 * `class cx cy width height x y [visibility] ...` (pose), coordinates as fractions of the image. Of kind `box`, polygons
 * are accepted too and give the box around them. An empty text is an image without objects.
 * @throws CareError INPUT_INVALID naming file, line and reason
 */
export function parseYoloLabels(text: string, kind: YoloLabelKind, context: YoloLabelContext): YoloLabels {
  const labels: YoloLabel[] = [];
  const repeatedLines: number[] = [];
  const seen = new Set<string>();
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((content, index) => {
      if (content.trim() === '') return;
      const columns = yoloColumns(content, index + 1, context);
      const key = [columns.classId, ...columns.values].join(' ');
      if (seen.has(key)) {
        repeatedLines.push(columns.line);
      } else {
        seen.add(key);
        labels.push(readLabel(columns, kind, context));
      }
    });
  return { labels, repeatedLines };
}

function readLabel(columns: YoloColumns, kind: YoloLabelKind, context: YoloLabelContext): YoloLabel {
  const { line, classId, values } = columns;
  const start = { line, classId };
  if (kind.kind === 'pose') {
    const wanted = 4 + kind.keypoints * kind.values;
    if (values.length !== wanted) {
      throw columns.error(
        `${values.length + 1} values where a pose of ${kind.keypoints} keypoints has ${wanted + 1}`,
      );
    }
    const box = readBox(columns, context.image);
    const keypoints = readKeypoints(columns, kind.values, context.image);
    return { ...start, box, area: POSE_AREA_SHARE * (box[2] - box[0]) * (box[3] - box[1]), keypoints };
  }
  if (kind.kind === 'box' && values.length === 4) return { ...start, box: readBox(columns, context.image) };
  if (values.length < 6 || values.length % 2 !== 0) {
    throw columns.error(
      `${values.length + 1} values, expected ${kind.kind === 'box' ? '5 (a box) or ' : ''}7, 9, 11, ... (a polygon)`,
    );
  }
  const polygon = readPolygon(columns, context.image);
  const box = boxAround(polygon);
  return kind.kind === 'box' ? { ...start, box } : { ...start, box, area: ringArea(polygon), polygon };
}

function readBox(columns: YoloColumns, { width, height }: MaskSize): Box {
  const [cx, cy] = [fractionAt(columns, 0), fractionAt(columns, 1)];
  const [w, h] = [fractionAt(columns, 2), fractionAt(columns, 3)];
  if (w < 0 || h < 0) throw columns.error(`a box of ${w} x ${h}: sides cannot be negative`);
  return [(cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height];
}

function readPolygon(columns: YoloColumns, { width, height }: MaskSize): number[] {
  return columns.values.map((_, index) => fractionAt(columns, index) * (index % 2 === 0 ? width : height));
}

/** Of two values a keypoint, a negative coordinate means that it is not labelled, as Ultralytics reads it. */
function readKeypoints(columns: YoloColumns, each: 2 | 3, { width, height }: MaskSize): TrueKeypoint[] {
  return Array.from({ length: (columns.values.length - 4) / each }, (_, index) => {
    const at = 4 + index * each;
    const [x = 0, y = 0, stated] = columns.values.slice(at, at + each);
    const visibility = stated ?? (x < 0 || y < 0 ? 0 : 2);
    if (![0, 1, 2].includes(visibility)) {
      throw columns.error(`keypoint ${index + 1} has visibility ${visibility}, allowed are 0, 1 and 2`);
    }
    if (visibility === 0) return { x: 0, y: 0, visibility };
    return { x: fractionAt(columns, at) * width, y: fractionAt(columns, at + 1) * height, visibility };
  });
}

function boxAround(polygon: Ring): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index < polygon.length; index += 2) {
    const [x = 0, y = 0] = polygon.slice(index, index + 2);
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return [left, top, right, bottom];
}
