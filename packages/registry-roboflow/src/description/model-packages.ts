import {
  isCareError,
  type CareError,
  type JsonObject,
  type JsonValue,
  type ModelPackage,
  type ModelReference,
  type ModelVariant,
} from '@care/registry-core';
import { z } from 'zod';
import { architectureOf } from '../postprocessing/architecture.js';
import {
  postProcessing,
  postprocessingOf,
  taskOf,
  type modelFeatures,
  type recommendedParameters,
} from '../postprocessing/postprocessing.js';
import { datasetSteps } from '../preprocessing/dataset-steps.js';
import { INFERENCE_CONFIG, modelInput, networkInput } from '../preprocessing/network-input.js';
import type { ResizeReading } from '../preprocessing/classic-preprocessing.js';
import { withoutClasses } from './class-names.js';
import { plainKeypoints } from './classic-description.js';
import { readContent, unsupported } from './content-error.js';
import { keypointSpec, readKeypoints } from './keypoints-metadata.js';
import { precisionRank, variantIds } from './variant-ids.js';

/** What is said of the model as a whole. */
export interface ModelFacts {
  /** As Roboflow names it. */
  readonly id: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly taskType: string;
  readonly recommended?: z.output<typeof recommendedParameters> | null | undefined;
}

/** An ONNX package whose small files have been read. */
export interface OnnxPackage {
  readonly packageId: string;
  readonly precision: string;
  /** Images a run; undefined: as many as are given. */
  readonly batch: number | undefined;
  readonly opset?: number | undefined;
  readonly incompatibleProviders?: readonly string[] | undefined;
  readonly trusted: boolean;
  readonly features?: z.output<typeof modelFeatures> | null | undefined;
  readonly recommended?: z.output<typeof recommendedParameters> | null | undefined;
  readonly classNames: readonly string[];
  /** `inference_config.json` */
  readonly config: unknown;
  /** `keypoints_metadata.json` */
  readonly keypoints?: unknown;
  readonly artifacts: ModelVariant['artifacts'];
}

export interface SkippedPackage {
  readonly package: string;
  readonly reason: string;
}

const inferenceConfig = z.looseObject({
  image_pre_processing: datasetSteps.nullish(),
  network_input: networkInput,
  post_processing: postProcessing.nullish(),
  class_names_operations: z
    .array(z.looseObject({ type: z.string(), class_name: z.string().optional() }))
    .nullish(),
});

type Reading = Omit<ModelPackage, 'modelId' | 'version' | 'variants' | 'metadata' | 'source'> & {
  readonly notes: readonly string[];
  readonly keypointsByClass: readonly JsonObject[];
};

/**
 * The package of a model of the models protocol. Every ONNX package that says the same of input and outputs is a variant; the first is
 * the one to take when nothing else is known: full precision, any number of images a run, trusted.
 * @throws CareError `UNSUPPORTED` when no package can be used, with each one's reason
 */
export function packagedModel(
  facts: ModelFacts,
  packages: readonly OnnxPackage[],
  alreadySkipped: readonly SkippedPackage[],
  { modelId, selector }: ModelReference,
  reading: ResizeReading,
): { model: Omit<ModelPackage, 'source'>; used: readonly { variantId: string; packageId: string }[] } {
  const skipped = [...alreadySkipped];
  const ranked = packages.toSorted(byPreference);
  const used: { one: OnnxPackage; read: Reading }[] = [];
  for (const one of ranked) {
    const read = attempt(() => readPackage(facts, one, reading));
    if ('reason' in read) {
      skipped.push({ package: one.packageId, reason: read.reason });
      continue;
    }
    const [first] = used;
    if (first !== undefined && outline(read.value) !== outline(first.read)) {
      const reason = `it has another input or other outputs than ${first.one.packageId}`;
      skipped.push({ package: one.packageId, reason });
      continue;
    }
    used.push({ one, read: read.value });
  }
  const [first] = used;
  if (first === undefined) throw noneUsable(facts, skipped);
  const ids = variantIds(used.map(({ one }) => one));
  const { notes, keypointsByClass, ...shape } = first.read;
  return {
    model: {
      modelId,
      ...(selector === undefined ? {} : { version: selector }),
      ...shape,
      variants: used.map(({ one }, index) => ({
        id: ids[index] ?? one.packageId,
        format: 'onnx',
        precision: one.precision,
        artifacts: one.artifacts,
      })),
      metadata: {
        roboflow: {
          id: facts.id,
          taskType: facts.taskType,
          architecture: facts.architecture,
          ...(facts.variant === undefined ? {} : { modelVariant: facts.variant }),
          ...recommendation(first.one, facts),
          packages: Object.fromEntries(
            used.map(({ one }, index) => [ids[index] ?? one.packageId, packageNotes(one)]),
          ),
          ...(skipped.length === 0
            ? {}
            : { skipped: skipped.map(({ package: name, reason }) => ({ package: name, reason })) }),
          ...(keypointsByClass.length < 2 ? {} : { keypointsByClass }),
          ...(notes.length === 0 ? {} : { notes }),
        },
      },
    },
    used: used.map(({ one }, index) => ({
      variantId: ids[index] ?? one.packageId,
      packageId: one.packageId,
    })),
  };
}

/** @throws CareError `MANIFEST_INVALID`, `UNSUPPORTED` */
function readPackage(facts: ModelFacts, one: OnnxPackage, reading: ResizeReading): Reading {
  const architecture = architectureOf(facts.architecture);
  const { task, multiLabel } = taskOf(facts.taskType, architecture);
  const config = readContent(inferenceConfig, one.config, INFERENCE_CONFIG);
  const input = modelInput(config.network_input, config.image_pre_processing ?? {}, architecture, reading);
  const removed = removedClasses(config.class_names_operations ?? [], architecture.name);
  const classes = withoutClasses(one.classNames, removed.names);
  const keypoints = one.keypoints === undefined ? [] : readKeypoints(one.keypoints);
  const spec = keypointSpec(keypoints);
  return {
    task,
    classNames: [...classes.names],
    inputSize: input.inputSize,
    preprocessing: input.preprocessing,
    postprocessing: postprocessingOf({
      task,
      multiLabel,
      architecture,
      background: classes.background,
      config: config.post_processing,
      features: one.features,
      // A package's recommendation takes the place of the model's as a whole.
      recommended: one.recommended ?? facts.recommended,
    }),
    ...(task === 'pose-estimation' && spec !== undefined ? { keypoints: spec } : {}),
    keypointsByClass: keypoints.map(plainKeypoints),
    notes: [...input.notes, ...removed.notes],
  };
}

function removedClasses(
  operations: readonly { readonly type: string; readonly class_name?: string | undefined }[],
  architecture: string,
): { names: ReadonlySet<string>; notes: readonly string[] } {
  const unknown = operations.filter(({ type }) => type !== 'class_name_removal').map(({ type }) => type);
  if (unknown.length > 0)
    throw unsupported(`operation ${unknown.join(', ').slice(0, 80)} on class names is not known`);
  const names = operations.flatMap(({ class_name: name }) => name ?? []);
  if (names.length === 0 || architecture === 'rfdetr') return { names: new Set(names), notes: [] };
  return {
    names: new Set(),
    notes: ["class names are removed from RF-DETR's models only, as Roboflow's server does: all are kept"],
  };
}

/** What must be the same for two packages to be one model in two forms. Thresholds may differ. */
function outline({ classNames, inputSize, preprocessing, postprocessing, keypoints }: Reading): string {
  const { decoder, decoderOptions, multiLabel } = postprocessing;
  return JSON.stringify([
    classNames,
    inputSize,
    preprocessing,
    decoder,
    decoderOptions,
    multiLabel,
    keypoints ?? null,
  ]);
}

function byPreference(a: OnnxPackage, b: OnnxPackage): number {
  const key = (one: OnnxPackage): readonly number[] => [
    precisionRank(one.precision),
    one.trusted ? 0 : 1,
    one.batch ?? 0,
    -(one.opset ?? 0),
  ];
  const [left, right] = [key(a), key(b)];
  const difference = left.map((value, at) => value - (right[at] ?? 0)).find((value) => value !== 0);
  return difference ?? (a.packageId < b.packageId ? -1 : 1);
}

function packageNotes(one: OnnxPackage): JsonObject {
  return {
    packageId: one.packageId,
    batch: one.batch ?? 'dynamic',
    trusted: one.trusted,
    ...(one.opset === undefined ? {} : { opset: one.opset }),
    ...(one.incompatibleProviders === undefined ? {} : { incompatibleProviders: one.incompatibleProviders }),
  };
}

function recommendation(one: OnnxPackage, facts: ModelFacts): Record<string, JsonValue> {
  const { confidence, perClassConfidence } = one.recommended ?? facts.recommended ?? {};
  if (confidence === undefined && perClassConfidence === undefined) return {};
  return {
    recommendedParameters: {
      ...(confidence === undefined ? {} : { confidence }),
      ...(perClassConfidence === undefined ? {} : { perClassConfidence }),
    },
  };
}

function noneUsable({ id }: ModelFacts, skipped: readonly SkippedPackage[]): Error {
  const reasons = skipped.map(({ package: name, reason }) => `${name}: ${reason}`).join('; ');
  return unsupported(
    `none of the packages of ${id} can be used${reasons === '' ? '' : ` (${reasons.slice(0, 1000)})`}`,
  );
}

function attempt<T>(read: () => T): { value: T } | { reason: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (isCareError(error, 'MANIFEST_INVALID', 'UNSUPPORTED')) return { reason: reasonOf(error) };
    throw error;
  }
}

function reasonOf({ details, message }: CareError): string {
  const { reason, problem, file } = details;
  if (typeof reason === 'string') return reason;
  return typeof problem === 'string' && typeof file === 'string' ? `${file}: ${problem}` : message;
}
