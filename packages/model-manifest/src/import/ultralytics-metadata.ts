import { parsePythonLiteral, type PythonValue } from './python-literal.js';

/**
 * What Ultralytics' exporter writes into metadata_props (ultralytics/engine/exporter.py): description, author, version, task, stride,
 * imgsz, names, and where they apply kpt_shape, kpt_names, channels, end2end, args. Values are Python's `str()` of the objects.
 */
export interface UltralyticsMetadata {
  readonly description: string | undefined;
  readonly task: string | undefined;
  /** Index is the class id. */
  readonly names: readonly string[] | undefined;
  readonly imageSize: readonly [height: number, width: number] | undefined;
  readonly channels: number | undefined;
  /** Keypoints and values of each: [17, 3]. */
  readonly keypointShape: readonly [points: number, values: number] | undefined;
  readonly keypointNames: readonly string[] | undefined;
  /** The graph holds its own NMS or needs none: rows of [x1, y1, x2, y2, score, class, ...]. */
  readonly endToEnd: boolean;
}

type Metadata = Readonly<Record<string, string>>;

/** Undefined when the file was not exported by Ultralytics (YOLOv5's own exporter included: it writes stride and names). */
export function readUltralyticsMetadata(metadata: Metadata): UltralyticsMetadata | undefined {
  const names = classNames(metadata);
  if (names === undefined && literal(metadata, 'stride') === undefined) return undefined;
  const args = literal(metadata, 'args');
  const channels = literal(metadata, 'channels');
  return {
    description: metadata.description,
    task: metadata.task,
    names,
    imageSize: sizePair(literal(metadata, 'imgsz')),
    channels: typeof channels === 'number' ? channels : undefined,
    keypointShape: keypointShape(metadata),
    keypointNames: keypointNames(literal(metadata, 'kpt_names')),
    endToEnd:
      literal(metadata, 'end2end') === true ||
      literal(metadata, 'nms') === true ||
      entry(args, 'nms') === true,
  };
}

/** Number of keypoints and of values of each (2: x, y; 3: x, y, visibility) as the exporter states them. */
export function keypointShape(metadata: Metadata): readonly [number, number] | undefined {
  return sizePair(literal(metadata, 'kpt_shape'));
}

/** `{0: 'person', 1: 'car'}` or `['person', 'car']`; also under the keys that other exporters use. */
export function classNames(metadata: Metadata): readonly string[] | undefined {
  for (const key of ['names', 'classes', 'class_names', 'labels', 'id2label']) {
    const names = nameList(literal(metadata, key));
    if (names !== undefined) return names;
  }
  return undefined;
}

function nameList(value: PythonValue | undefined): readonly string[] | undefined {
  if (isList(value)) return value.length > 0 && value.every(isText) ? value : undefined;
  if (typeof value !== 'object' || value === null || value.entries.length === 0) return undefined;
  const names: (string | undefined)[] = Array.from({ length: value.entries.length }, () => undefined);
  for (const [key, name] of value.entries) {
    const index = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : key;
    // Class ids are 0, 1, 2, ... without gaps; anything else is no list of classes.
    if (typeof index !== 'number' || !(index in names) || names[index] !== undefined) return undefined;
    names[index] = typeof name === 'number' ? String(name) : isText(name) ? name : undefined;
  }
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** `{0: ['nose', 'left_eye']}` (by class) or a list. */
function keypointNames(value: PythonValue | undefined): readonly string[] | undefined {
  const first = isList(value) || typeof value !== 'object' || value === null ? value : value.entries[0]?.[1];
  return isList(first) && first.length > 0 && first.every(isText) ? first : undefined;
}

function literal(metadata: Metadata, key: string): PythonValue | undefined {
  const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  return text === undefined ? undefined : parsePythonLiteral(text);
}

function entry(value: PythonValue | undefined, key: string): PythonValue | undefined {
  if (isList(value) || typeof value !== 'object' || value === null) return undefined;
  return value.entries.find(([name]) => name === key)?.[1];
}

/** `[320, 320]`, or one number for both. */
function sizePair(value: PythonValue | undefined): readonly [number, number] | undefined {
  const [first, second] = isList(value) ? value : [value, value];
  return isCount(first) && isCount(second) ? [first, second] : undefined;
}

const isCount = (value: PythonValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
const isText = (value: PythonValue | undefined): value is string => typeof value === 'string';
const isList = (value: PythonValue | undefined): value is readonly PythonValue[] => Array.isArray(value);
