import { basename, extname } from 'node:path';
import type {
  ArtifactFile,
  ModelPackage,
  ModelVariant,
  Postprocessing,
  Preprocessing,
  ProbeImage,
} from '@care/registry-core';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { tensorSpecs } from '../onnx/tensor-specs.js';
import type { Manifest } from './manifest-schema.js';

/** A file of external data as it was found on disk. */
export interface ExternalFile {
  /** As the model file names it. */
  readonly location: string;
  /** Absolute, real path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What is known of a variant's files. */
export interface VariantFacts {
  /** Absolute path of the model file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Absent for formats other than ONNX. */
  readonly onnx?: OnnxFacts;
  readonly externalFiles?: readonly ExternalFile[];
}

export interface PackageFacts {
  /** Where the manifest stands, for people. */
  readonly source?: string;
  /** The file at `model_path`. */
  readonly main: VariantFacts;
  /** One for each entry of `variants`, in their order. */
  readonly variants?: readonly VariantFacts[];
  /** Absolute path of the picture of each entry of `probes`, in their order. */
  readonly probes?: readonly string[];
}

/** Task names that mean the same. */
const TASK_ALIAS: Readonly<Record<string, string>> = { 'keypoint-detection': 'pose-estimation' };

/**
 * The package of a manifest, every default filled in. The file at `model_path` is the first variant, named by its precision
 * (`onnx-int8`); `variants` follow. Names that clash get a number: `onnx-int8-2`.
 */
export function toModelPackage(manifest: Manifest, facts: PackageFacts): ModelPackage {
  const taken = new Set<string>();
  for (const { id } of manifest.variants ?? []) if (id !== undefined) taken.add(id);
  const main = toVariant({ model_path: manifest.model_path, sha256: manifest.sha256 }, facts.main, taken);
  const others = (manifest.variants ?? []).flatMap((variant, index) => {
    const known = facts.variants?.[index];
    return known === undefined ? [] : [toVariant(variant, known, taken)];
  });
  const [height, width] = manifest.input_size;
  return {
    modelId: manifest.model_id,
    ...(manifest.version === undefined ? {} : { version: manifest.version }),
    task: TASK_ALIAS[manifest.task_type] ?? manifest.task_type,
    classNames: manifest.class_names,
    inputSize: { height, width },
    preprocessing: toPreprocessing(manifest.preprocessing),
    postprocessing: toPostprocessing(manifest.postprocessing),
    ...toKeypoints(manifest.keypoints),
    variants: [main, ...others],
    ...toBenchmarks(manifest.benchmarks),
    ...toProbes(manifest.probes, facts.probes),
    metadata: manifest.metadata ?? {},
    ...(facts.source === undefined ? {} : { source: facts.source }),
  };
}

/** The predecessor's defaults: letterbox with 114 grey, RGB, 0..1. */
export function toPreprocessing(stated: Manifest['preprocessing'] = {}): Preprocessing {
  const color = stated.color ?? 'rgb';
  const channels = color === 'gray' ? 1 : 3;
  const perChannel = (values: readonly number[] | undefined, missing: number): number[] =>
    Array.from({ length: channels }, (_, index) => values?.[values.length === 1 ? 0 : index] ?? missing);
  return {
    resize: stated.resize ?? 'letterbox',
    padPosition: stated.pad_position ?? 'center',
    padValue: stated.pad_value ?? 114,
    color,
    scale: stated.scale ?? 1 / 255,
    mean: perChannel(stated.mean, 0),
    std: perChannel(stated.std, 1),
    interpolation: stated.interpolation ?? 'bilinear',
    ...optionalSteps(stated),
  };
}

/** Steps that do not happen unless they are stated. */
function optionalSteps(stated: NonNullable<Manifest['preprocessing']>): Partial<Preprocessing> {
  const { static_crop: crop, contrast } = stated;
  return {
    ...(stated.antialias === undefined ? {} : { antialias: stated.antialias }),
    ...(stated.resize_shorter_side === undefined ? {} : { resizeShorterSide: stated.resize_shorter_side }),
    ...(stated.resize_to === undefined
      ? {}
      : { resizeTo: { height: stated.resize_to[0], width: stated.resize_to[1] } }),
    ...(stated.pad_mode === undefined ? {} : { padMode: stated.pad_mode }),
    ...(stated.side_rounding === undefined ? {} : { sideRounding: stated.side_rounding }),
    ...(crop === undefined
      ? {}
      : { staticCrop: { xMin: crop.x_min, yMin: crop.y_min, xMax: crop.x_max, yMax: crop.y_max } }),
    ...(stated.grayscale === undefined ? {} : { grayscale: stated.grayscale }),
    ...(contrast === undefined
      ? {}
      : { contrast: { method: contrast.method, order: contrast.order ?? 'before-grayscale' } }),
    ...(stated.auto_orient === undefined ? {} : { autoOrient: stated.auto_orient }),
  };
}

/** The predecessor's defaults: confidence 0.5, IoU 0.45, NMS within each class. */
export function toPostprocessing(stated: Manifest['postprocessing'] = {}): Postprocessing {
  return {
    decoder: stated.decoder ?? 'auto',
    decoderOptions: stated.decoder_options ?? {},
    confidenceThreshold: stated.confidence_threshold ?? 0.5,
    iouThreshold: stated.iou_threshold ?? 0.45,
    maxDetections: stated.max_detections ?? 300,
    classAgnosticNms: stated.class_agnostic_nms ?? false,
    multiLabel: stated.multi_label ?? false,
  };
}

function toKeypoints(stated: Manifest['keypoints']): Pick<ModelPackage, 'keypoints'> {
  if (stated === undefined) return {};
  const { names, skeleton = [], sigmas } = stated;
  return { keypoints: { names, skeleton, ...(sigmas === undefined ? {} : { sigmas }) } };
}

function toBenchmarks(stated: Manifest['benchmarks']): Pick<ModelPackage, 'benchmarks'> {
  if (stated === undefined) return {};
  return {
    benchmarks: {
      ...(stated.latency_ms === undefined ? {} : { latencyMs: stated.latency_ms }),
      ...(stated.mAP50 === undefined ? {} : { mAP50: stated.mAP50 }),
      ...(stated.model_size_mb === undefined ? {} : { modelSizeMb: stated.model_size_mb }),
    },
  };
}

function toProbes(
  stated: Manifest['probes'] = [],
  paths: readonly string[] = [],
): Pick<ModelPackage, 'probes'> {
  const probes = stated.flatMap((probe, index): ProbeImage[] => {
    const path = paths[index];
    const { expect, confidence_tolerance: tolerance, min_iou: minIou } = probe;
    if (path === undefined) return [];
    return [
      {
        path,
        ...(expect === undefined ? {} : { expect: expect.map(toExpected) }),
        ...(tolerance === undefined ? {} : { confidenceTolerance: tolerance }),
        ...(minIou === undefined ? {} : { minIou }),
      },
    ];
  });
  return probes.length === 0 ? {} : { probes };
}

type StatedProbe = NonNullable<Manifest['probes']>[number];

function toExpected({
  class: name,
  confidence,
  box,
}: NonNullable<StatedProbe['expect']>[number]): NonNullable<ProbeImage['expect']>[number] {
  return {
    class: name,
    ...(confidence === undefined ? {} : { confidence }),
    ...(box === undefined ? {} : { box }),
  };
}

type StatedVariant = Partial<NonNullable<Manifest['variants']>[number]>;

const FORMAT_BY_EXTENSION: Readonly<Record<string, string>> = {
  '.onnx': 'onnx',
  '.engine': 'tensorrt-engine',
  '.plan': 'tensorrt-engine',
  '.xml': 'openvino-ir',
};

/** Format of a variant: as stated, otherwise by the file's name; `onnx` for names that tell nothing. */
export function variantFormat(stated: { readonly format?: string | undefined }, path: string): string {
  return stated.format ?? FORMAT_BY_EXTENSION[extname(path).toLowerCase()] ?? 'onnx';
}

function toVariant(stated: StatedVariant, facts: VariantFacts, taken: Set<string>): ModelVariant {
  const format = variantFormat(stated, facts.path);
  const precision = stated.precision ?? facts.onnx?.precision ?? 'fp32';
  const model: ArtifactFile = {
    name: basename(facts.path),
    role: 'model',
    path: facts.path,
    size: facts.size,
    ...(stated.sha256 === undefined ? {} : { sha256: stated.sha256.toLowerCase() }),
  };
  const external = (facts.externalFiles ?? []).map(({ location, path, size }): ArtifactFile => ({
    name: location,
    role: 'external-data',
    path,
    size,
  }));
  return {
    id: stated.id ?? uniqueId(`${format}-${precision}`, taken),
    format,
    precision,
    artifacts: [model, ...external],
    ...(facts.onnx === undefined
      ? {}
      : {
          inputs: tensorSpecs(facts.onnx.inputs),
          outputs: tensorSpecs(facts.onnx.outputs),
          exporterMetadata: facts.onnx.metadata,
        }),
  };
}

function uniqueId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`;
  taken.add(id);
  return id;
}
