import { CareError, modelIdProblem } from '@care/registry-core';
import { imageInputs, imageLayout } from '../check/check-input.js';
import { topDownKeypointCount } from '../check/check-keypoints.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import { MANIFEST_TASKS } from '../manifest/manifest-schema.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { nearestName } from '../problem/nearest-name.js';
import { COCO_KEYPOINTS } from './coco-keypoints.js';
import {
  CENTER_CROP,
  FAMILY_NAMES,
  modelFamily,
  YOLO_PREPROCESSING,
  type ModelFamily,
} from './model-family.js';
import { anchorsFirst, inferDecoder, inferTask } from './output-shapes.js';
import { classNames, readUltralyticsMetadata, type UltralyticsMetadata } from './ultralytics-metadata.js';

/** What the user states; each wins over what the file says. */
export interface ImportFlags {
  /** Default: the file's name without `.onnx`. */
  readonly id?: string;
  readonly version?: string;
  readonly task?: string;
  /** Index is the class id. */
  readonly classes?: readonly string[];
  /** See {@link FAMILY_NAMES}. */
  readonly family?: string;
  readonly inputSize?: readonly [height: number, width: number];
}

export interface InferredManifest {
  readonly manifest: Manifest;
  /** What was assumed because nothing says otherwise, for people. */
  readonly notes: readonly string[];
}

/** Something that neither file nor flags tell. */
interface Missing {
  readonly what: string;
  readonly flag: string;
}

/**
 * The manifest of a model, from what its exporter wrote, the shapes of its graph, and the flags.
 * @param modelPath as it is to stand in the manifest: the file's name when the manifest lies beside it
 * @throws CareError `OPTIONS_INVALID` for an unknown family or task, or with each thing that cannot be inferred and the flag that states it
 */
export function inferManifest(
  modelPath: string,
  facts: OnnxFacts,
  flags: ImportFlags = {},
): InferredManifest {
  const exported = readUltralyticsMetadata(facts.metadata);
  const family = familyOf(flags);
  const missing: Missing[] = [];
  const need = <T>(value: T | undefined, what: string, flag: string): T | undefined => {
    if (value === undefined) missing.push({ what, flag });
    return value;
  };

  const classes = need(
    flags.classes ?? exported?.names ?? classNames(facts.metadata),
    'the class names',
    '--classes FILE or --classes name1,name2,... (coco: the 80 of COCO)',
  );
  const task = need(
    taskOf(flags) ?? family?.task ?? ultralyticsTask(exported) ?? inferTask(facts, classes?.length),
    'the task',
    `--task ${MANIFEST_TASKS.filter((name) => name !== 'keypoint-detection').join('|')}`,
  );
  const inputSize = need(
    flags.inputSize ?? graphSize(facts) ?? exported?.imageSize,
    'the input size (it is dynamic)',
    '--input-size HEIGHTxWIDTH',
  );
  const decoder =
    task === undefined || classes === undefined
      ? undefined
      : decoderOf(task, classes.length, facts, exported, family);
  const undecided =
    classes === undefined ? family === undefined && anchorsFirst(facts) : decoder === undefined;
  if (task !== 'classification' && undecided) {
    need(undefined, 'the output layout and the preprocessing', `--family ${FAMILY_NAMES.join('|')}`);
  }
  if (task === 'classification' && family === undefined && exported?.task === undefined) {
    need(
      undefined,
      'the preprocessing',
      '--family imagenet (256 px, centre crop, then mean and std of ImageNet) or --family yolov8 (0..1, as Ultralytics)',
    );
  }
  if (missing.length > 0 || classes === undefined || task === undefined || inputSize === undefined) {
    throw cannotInfer(modelPath, missing);
  }
  const keypoints = keypointsOf(task, facts, exported);
  const manifest: Manifest = {
    model_id: modelId(modelPath, flags),
    ...(flags.version === undefined ? {} : { version: flags.version }),
    task_type: task,
    model_path: modelPath,
    class_names: [...classes],
    input_size: [inputSize[0], inputSize[1]],
    preprocessing: preprocessingOf(task, inputSize, exported, family),
    ...(decoder === undefined ? {} : { postprocessing: { decoder } }),
    ...(keypoints === undefined ? {} : { keypoints }),
    metadata: describeOrigin(facts),
  };
  return { manifest, notes: keypoints === undefined ? [] : keypointNotes(keypoints, exported) };
}

/** The stated id, or the file's name; one that a model reference can hold, or the model could never be asked for. */
function modelId(modelPath: string, { id }: ImportFlags): string {
  const fileName = modelPath.split(/[\\/]/).at(-1) ?? modelPath;
  const named = id ?? fileName.replace(/\.onnx$/i, '');
  const problem = modelIdProblem(named);
  if (problem === undefined) return named;
  throw new CareError('OPTIONS_INVALID', `${JSON.stringify(named)} cannot be a model id: ${problem}.`, {
    remedy: `State ${id === undefined ? 'one' : 'another'} with --id, e.g. --id fall-detector.`,
    details: { id: named },
  });
}

function cannotInfer(modelPath: string, missing: readonly Missing[]): CareError {
  const lines = missing.map(({ what, flag }) => `  ${what}: ${flag}`);
  return new CareError(
    'OPTIONS_INVALID',
    [`${modelPath} does not tell all that a manifest says. State:`, ...lines].join('\n'),
    {
      remedy: `Repeat the command with ${missing.map(({ flag }) => flag.split(' ')[0]).join(' and ')}.`,
      details: { missing: missing.map(({ what, flag }) => ({ what, flag })) },
    },
  );
}

function familyOf({ family }: ImportFlags): ModelFamily | undefined {
  if (family === undefined) return undefined;
  const known = modelFamily(family);
  if (known === undefined) throw unknownWord('--family', family, FAMILY_NAMES);
  return known;
}

const TASK_WORDS: Readonly<Record<string, Manifest['task_type']>> = {
  detect: 'object-detection',
  detection: 'object-detection',
  segment: 'instance-segmentation',
  segmentation: 'instance-segmentation',
  pose: 'pose-estimation',
  'keypoint-detection': 'pose-estimation',
  classify: 'classification',
};

function taskOf({ task }: ImportFlags): Manifest['task_type'] | undefined {
  if (task === undefined) return undefined;
  const known =
    MANIFEST_TASKS.find((name) => name === task && name !== 'keypoint-detection') ?? TASK_WORDS[task];
  if (known === undefined) throw unknownWord('--task', task, MANIFEST_TASKS);
  return known;
}

function unknownWord(flag: string, word: string, known: readonly string[]): CareError {
  const nearest = nearestName(word, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new CareError('OPTIONS_INVALID', `${flag} ${word} is not known.${hint}`, {
    remedy: `Use one of ${known.join(', ')}.`,
    details: { flag, value: word },
  });
}

/** Ultralytics' words; oriented boxes (`obb`) are no task of CARE and stay unknown. */
function ultralyticsTask(exported: UltralyticsMetadata | undefined): Manifest['task_type'] | undefined {
  const word = exported?.task;
  if (word === undefined) return undefined;
  if (Object.hasOwn(TASK_WORDS, word)) return TASK_WORDS[word];
  throw new CareError(
    'UNSUPPORTED',
    `The model's exporter states the task ${JSON.stringify(word)}, which CARE does not have.`,
    {
      remedy: 'Use a model for detection, instance segmentation, pose or classification.',
      details: { task: word },
    },
  );
}

function graphSize(facts: OnnxFacts): readonly [number, number] | undefined {
  const [input] = imageInputs(facts);
  const { height, width } = (input === undefined ? undefined : imageLayout(input)) ?? {};
  return height === undefined || width === undefined ? undefined : [height, width];
}

function decoderOf(
  task: Manifest['task_type'],
  classes: number,
  facts: OnnxFacts,
  exported: UltralyticsMetadata | undefined,
  family: ModelFamily | undefined,
): string | undefined {
  if (task === 'classification') return undefined;
  if (family !== undefined) return family.decoder;
  if (isDetr(exported)) return 'detr';
  if (exported?.endToEnd === true) return 'end2end';
  return inferDecoder(task, classes, facts, exported !== undefined);
}

const isDetr = (exported: UltralyticsMetadata | undefined): boolean =>
  /\bRT-?DETR\b/i.test(exported?.description ?? '');

function preprocessingOf(
  task: Manifest['task_type'],
  inputSize: readonly [height: number, width: number],
  exported: UltralyticsMetadata | undefined,
  family: ModelFamily | undefined,
): NonNullable<Manifest['preprocessing']> {
  // A family whose detectors are letterboxed has classifiers whose images are cropped.
  const isCropped = task === 'classification' && family?.task === undefined;
  if (family !== undefined && !isCropped) return { ...family.preprocessing, ...family.sized?.(inputSize) };
  const gray = exported?.channels === 1 ? { color: 'gray' as const } : {};
  if (task === 'classification') return { ...CENTER_CROP, ...gray };
  // Ultralytics stretches for RT-DETR (models/rtdetr/predict.py: LetterBox with scale_fill).
  if (isDetr(exported)) return { ...YOLO_PREPROCESSING, resize: 'stretch', ...gray };
  return { ...YOLO_PREPROCESSING, ...gray };
}

function keypointsOf(
  task: Manifest['task_type'],
  facts: OnnxFacts,
  exported: UltralyticsMetadata | undefined,
): Manifest['keypoints'] {
  const count = exported?.keypointShape?.[0] ?? topDownKeypointCount(facts);
  if (task !== 'pose-estimation' || count === undefined) return undefined;
  if (count === COCO_KEYPOINTS.names.length) return COCO_KEYPOINTS;
  const names = exported?.keypointNames?.length === count ? [...exported.keypointNames] : undefined;
  return { names: names ?? Array.from({ length: count }, (_, index) => `keypoint_${index}`) };
}

function keypointNotes(
  keypoints: NonNullable<Manifest['keypoints']>,
  exported: UltralyticsMetadata | undefined,
): string[] {
  if (keypoints === COCO_KEYPOINTS || exported?.keypointNames?.length === keypoints.names.length) return [];
  return [
    `The file does not name its ${keypoints.names.length} keypoints: keypoint_0 and so on stand in "keypoints.names".`,
  ];
}

/** What the exporter says of the model itself, under its own words. */
function describeOrigin({ metadata, producerName, producerVersion }: OnnxFacts): Record<string, string> {
  const producer = [producerName, producerVersion].filter((part) => part !== '').join(' ');
  const stated = ['description', 'author', 'license', 'date', 'version'].flatMap(
    (key): [string, string][] => {
      const value = metadata[key];
      return value === undefined || value === ''
        ? []
        : [[key === 'version' ? 'exporter_version' : key, value]];
    },
  );
  return { ...(producer === '' ? {} : { producer }), ...Object.fromEntries(stated) };
}
