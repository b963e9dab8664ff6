import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from './json.js';
import type {
  ArtifactFile,
  ContrastAdjustment,
  DeclaredBenchmarks,
  KeypointSpec,
  ModelPackage,
  ModelVariant,
  Postprocessing,
  Preprocessing,
  ProbeImage,
  StaleAnswer,
  StaticCrop,
} from './model-package.js';
import { modelIdProblem, selectorProblem } from './model-reference.js';
import type { ModelSummary } from './model-registry.js';
import { copyPlainData, NotPlainData } from './plain-data.js';
import type { TensorDataType, TensorSpec } from './tensor.js';

/** Holds a schema to its interface: no field may be missing, too many, or of another type (the test checks the inverse). */
type ShapeOf<T> = { [K in keyof T]-?: z.ZodType<T[K]> };

const text = z.string().min(1).max(4096);
const fraction = z.number().min(0).max(1);
const probe = z.object({
  path: text.refine((path) => isAbsolute(path), 'expected an absolute path'),
  expect: z.exactOptional(
    z.array(
      z.object({
        class: z.string(),
        confidence: z.exactOptional(fraction),
        box: z.exactOptional(z.tuple([z.number(), z.number(), z.number(), z.number()])),
      }),
    ),
  ),
  confidenceTolerance: z.exactOptional(fraction),
  minIou: z.exactOptional(fraction),
} satisfies ShapeOf<ProbeImage>);

const pixels = z.int().min(1).max(65_536);
const modelId = z.string().superRefine((id, context) => {
  const problem = modelIdProblem(id);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
const version = z.string().superRefine((value, context) => {
  const problem = selectorProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
const plainObject = z.custom<JsonObject>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    copyPlainData(value);
    return true;
  } catch (error) {
    if (error instanceof NotPlainData) return false; // the answer of this predicate
    throw error;
  }
}, 'expected an object of plain data');

const unique = <T>(items: readonly T[], key: (item: T) => string): boolean =>
  new Set(items.map(key)).size === items.length;

const staticCrop = z
  .object({
    xMin: fraction,
    yMin: fraction,
    xMax: fraction,
    yMax: fraction,
  } satisfies ShapeOf<StaticCrop>)
  .refine(
    ({ xMin, yMin, xMax, yMax }) => xMin < xMax && yMin < yMax,
    'has no area: each max must be above its min',
  );

const contrast = z.object({
  method: z.enum(['stretching', 'histogram-equalization', 'adaptive-equalization']),
  order: z.enum(['before-grayscale', 'after-grayscale']),
} satisfies ShapeOf<ContrastAdjustment>);

const preprocessing = z
  .object({
    resize: z.enum(['letterbox', 'stretch', 'center-crop', 'fit-within']),
    padPosition: z.enum(['center', 'top-left']),
    padValue: z.number().min(0).max(255),
    color: z.enum(['rgb', 'bgr', 'gray']),
    scale: z.number().refine((value) => value !== 0, 'must not be 0'),
    mean: z.array(z.number()).max(4),
    std: z.array(z.number().refine((value) => value !== 0, 'must not be 0')).max(4),
    interpolation: z.enum(['nearest', 'bilinear', 'area', 'bicubic', 'lanczos']),
    antialias: z.exactOptional(z.boolean()),
    resizeShorterSide: z.exactOptional(z.union([pixels, z.literal('keep')])),
    resizeTo: z.exactOptional(z.object({ height: pixels, width: pixels })),
    padMode: z.exactOptional(z.enum(['constant', 'reflect', 'zero'])),
    sideRounding: z.exactOptional(z.enum(['nearest', 'floor'])),
    staticCrop: z.exactOptional(staticCrop),
    grayscale: z.exactOptional(z.boolean()),
    contrast: z.exactOptional(contrast),
    autoOrient: z.exactOptional(z.boolean()),
  } satisfies ShapeOf<Preprocessing>)
  .superRefine(({ color, mean, std }, context) => {
    const channels = color === 'gray' ? 1 : 3;
    for (const [field, values] of Object.entries({ mean, std })) {
      if (values.length === channels) continue;
      const message = `expected ${channels} value(s), one for each channel of "${color}"`;
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });

const postprocessing = z.object({
  decoder: text,
  decoderOptions: plainObject,
  confidenceThreshold: fraction,
  iouThreshold: fraction,
  maxDetections: z.int().min(1),
  classAgnosticNms: z.boolean(),
  multiLabel: z.boolean(),
} satisfies ShapeOf<Postprocessing>);

const keypoints = z
  .object({
    names: z.array(z.string()).min(1),
    skeleton: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
    sigmas: z.exactOptional(z.array(z.number().positive())),
  } satisfies ShapeOf<KeypointSpec>)
  .refine(({ names, skeleton }) => skeleton.flat().every((index) => index < names.length), {
    path: ['skeleton'],
    message: 'points to a keypoint that has no name',
  })
  .refine(({ names, sigmas }) => sigmas === undefined || sigmas.length === names.length, {
    path: ['sigmas'],
    message: 'expected one sigma for each name',
  });

const TENSOR_TYPES = {
  float32: true,
  float64: true,
  float16: true,
  uint8: true,
  int8: true,
  uint16: true,
  int16: true,
  uint32: true,
  int32: true,
  uint64: true,
  int64: true,
  bool: true,
  string: true,
} as const satisfies Record<TensorDataType, true>;

const tensorSpec = z.object({
  name: text,
  type: z.custom<TensorDataType>((value) => typeof value === 'string' && Object.hasOwn(TENSOR_TYPES, value), {
    message: `expected one of ${Object.keys(TENSOR_TYPES).join(', ')}`,
  }),
  shape: z.array(z.union([z.int().min(-1), z.string()])).max(32),
} satisfies ShapeOf<TensorSpec>);

const artifact = z.object({
  name: text,
  role: z.enum(['model', 'external-data', 'other']),
  path: z.exactOptional(text.refine((path) => isAbsolute(path), 'expected an absolute path')),
  size: z.exactOptional(z.int().min(0)),
  sha256: z.exactOptional(z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')),
} satisfies ShapeOf<ArtifactFile>);

const variant = z.object({
  id: text,
  format: text,
  precision: text,
  artifacts: z
    .array(artifact)
    .refine((files) => files.filter((file) => file.role === 'model').length === 1, {
      message: 'expected exactly one artifact with the role "model"',
    })
    .refine((files) => unique(files, (file) => file.name), 'artifact names must be unique'),
  inputs: z.exactOptional(z.array(tensorSpec)),
  outputs: z.exactOptional(z.array(tensorSpec)),
  exporterMetadata: z.exactOptional(z.record(z.string(), z.string())),
} satisfies ShapeOf<ModelVariant>);

const benchmarks = z.object({
  latencyMs: z.exactOptional(z.record(z.string(), z.number().min(0))),
  mAP50: z.exactOptional(z.number()),
  modelSizeMb: z.exactOptional(z.number().min(0)),
} satisfies ShapeOf<DeclaredBenchmarks>);

/** What crosses the boundary from a registry: the fields of {@link ModelPackage} and the rules that its comments state. */
export const modelPackageSchema = z.object({
  modelId,
  version: z.exactOptional(version),
  task: text,
  classNames: z.array(z.string().max(4096)),
  inputSize: z.object({ height: pixels, width: pixels } satisfies ShapeOf<ModelPackage['inputSize']>),
  preprocessing,
  postprocessing,
  keypoints: z.exactOptional(keypoints),
  variants: z
    .array(variant)
    .min(1)
    .refine((variants) => unique(variants, (item) => item.id), 'variant ids must be unique'),
  benchmarks: z.exactOptional(benchmarks),
  probes: z.exactOptional(z.array(probe).max(64)),
  stale: z.exactOptional(z.object({ since: z.iso.datetime(), reason: text } satisfies ShapeOf<StaleAnswer>)),
  metadata: plainObject,
  source: z.exactOptional(z.string()),
} satisfies ShapeOf<ModelPackage>);

/** One line of a registry's list. */
export const modelSummarySchema = z.object({
  modelId,
  version: z.exactOptional(version),
  task: z.exactOptional(text),
  source: z.exactOptional(z.string()),
} satisfies ShapeOf<ModelSummary>);
