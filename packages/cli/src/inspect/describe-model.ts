import type {
  KeypointSpec,
  ModelPackage,
  ModelVariant,
  Preprocessing,
  ResolvedModel,
  TensorSpec,
} from '@care/registry-core';
import { printable } from '../output/printable.js';
import { count, formatBytes } from '../output/quantity.js';
import { formatTable } from '../output/table.js';

const MAX_CLASSES = 12;
const LABEL_WIDTH = 16;

/** All that is known of a model, for people. */
export function describeModel({ package: model, registry }: ResolvedModel): string {
  const { modelId, version, task, inputSize, keypoints, benchmarks, source, stale } = model;
  const lines: (readonly [label: string, text: string | undefined])[] = [
    ['model', version === undefined ? modelId : `${modelId}@${version}`],
    ['registry', registry],
    ['source', source],
    ['from the cache', stale === undefined ? undefined : `as described at ${stale.since}: ${stale.reason}`],
    ['task', task],
    ['classes', describeClasses(model.classNames)],
    ['keypoints', keypoints === undefined ? undefined : describeKeypoints(keypoints)],
    ['input', `${inputSize.height} x ${inputSize.width} (height x width)`],
    ['preprocessing', describePreprocessing(model)],
    ...describePostprocessing(model),
    ['declared', benchmarks === undefined ? undefined : JSON.stringify(benchmarks)],
    ['metadata', Object.keys(model.metadata).length === 0 ? undefined : JSON.stringify(model.metadata)],
  ];
  const head = lines
    .filter((line): line is Line => line[1] !== undefined)
    .map(([label, text]) => `${label.padEnd(LABEL_WIDTH)}${printable(text)}\n`)
    .join('');
  return `${head}\n${model.variants.map(describeVariant).join('\n')}`;
}

type Line = readonly [label: string, text: string];

/** What of a model's predictions is kept: other things matter for whole pictures than for objects. */
function describePostprocessing({ task, postprocessing: post }: ModelPackage): Line[] {
  const settings =
    Object.keys(post.decoderOptions).length === 0 ? '' : ` ${JSON.stringify(post.decoderOptions)}`;
  const decoder = `decoder ${post.decoder}${settings}`;
  if (task === 'classification') {
    const kept = post.multiLabel
      ? `every class with confidence >= ${post.confidenceThreshold}`
      : 'one label, the best classes whatever their confidence';
    return [['postprocessing', `${decoder}, ${kept}`]];
  }
  const nms = post.classAgnosticNms ? 'over all classes' : 'per class';
  const labels = post.multiLabel ? ', several classes a box' : '';
  return [
    ['postprocessing', `${decoder}, confidence >= ${post.confidenceThreshold}, IoU <= ${post.iouThreshold}`],
    ['', `at most ${post.maxDetections}, NMS ${nms}${labels}`],
  ];
}

function describeKeypoints({ names, skeleton }: KeypointSpec): string {
  const lines = skeleton.length === 0 ? 'no skeleton' : `${count(skeleton.length, 'line')} between them`;
  return `${names.length}: ${names.join(', ')}; ${lines}`;
}

function describeClasses(names: readonly string[]): string {
  const shown = names.slice(0, MAX_CLASSES).join(', ');
  const more = names.length - MAX_CLASSES;
  return `${names.length}: ${shown}${more > 0 ? `, and ${more} more` : ''}`;
}

function describePreprocessing({ preprocessing }: ModelPackage): string {
  const { resize, padPosition, padValue, color, scale, mean, std, interpolation } = preprocessing;
  const padding =
    resize === 'letterbox' || resize === 'fit-within' ? ` (${padPosition}, grey ${padValue})` : '';
  const normal = mean.every((value) => value === 0) && std.every((value) => value === 1);
  const shift = normal ? '' : `, mean ${mean.join('/')}, std ${std.join('/')}`;
  const steps = optionalSteps(preprocessing);
  return `${resize}${padding}, ${interpolation}, ${color}, pixel x ${Number(scale.toPrecision(6))}${shift}${steps}`;
}

/** What happens only where the package says so. */
function optionalSteps(preprocessing: Preprocessing): string {
  const { antialias, resizeShorterSide, resizeTo, padMode, sideRounding } = preprocessing;
  const { staticCrop, grayscale, contrast, autoOrient } = preprocessing;
  const steps = [
    antialias === true ? 'antialias' : undefined,
    resizeShorterSide === undefined ? undefined : `shorter side ${resizeShorterSide}`,
    resizeTo === undefined ? undefined : `both sides to ${resizeTo.height} x ${resizeTo.width} first`,
    padMode === 'zero' ? 'zero beside the picture' : undefined,
    padMode === 'reflect' ? 'reflected edges' : undefined,
    sideRounding === 'floor' ? 'sides cut off to whole pixels' : undefined,
    staticCrop === undefined
      ? undefined
      : `crop x ${staticCrop.xMin}..${staticCrop.xMax} y ${staticCrop.yMin}..${staticCrop.yMax}`,
    contrast === undefined ? undefined : `${contrast.method} ${contrast.order}`,
    grayscale === true ? 'greyscale' : undefined,
    autoOrient === false ? 'pixels as stored' : undefined,
  ];
  return steps
    .filter((step) => step !== undefined)
    .map((step) => `, ${step}`)
    .join('');
}

function describeVariant(variant: ModelVariant): string {
  const files = variant.artifacts.map((file) => [
    printable(file.name),
    file.role,
    file.size === undefined ? '' : formatBytes(file.size),
    file.sha256 === undefined ? '' : `sha256 ${file.sha256.slice(0, 12)}`,
    printable(file.path ?? 'not here yet'),
  ]);
  const tensors = [
    ...(variant.inputs ?? []).map(specOf('in')),
    ...(variant.outputs ?? []).map(specOf('out')),
  ];
  const title = `variant ${printable(variant.id)}  ${printable(variant.format)}, ${printable(variant.precision)}`;
  const plain = (columns: number): { title: string }[] =>
    Array.from({ length: columns }, () => ({ title: '' }));
  const fileCount = count(variant.artifacts.length, 'file');
  return `${title}, ${fileCount}\n${formatTable(plain(5), files, '  ')}${formatTable(plain(4), tensors, '  ')}`;
}

const specOf = (direction: string) => (spec: TensorSpec) => [
  direction,
  printable(spec.name),
  spec.type,
  printable(spec.shape.map((size) => (size === -1 ? '?' : size)).join(' x ')),
];
