import { CareError } from '@care/registry-core';
import type { ModelVariant, Tensor, TensorSpec } from '@care/registry-core';
import { batchOf, isOpen } from '../../preprocess/input-layout.js';
import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';
import type { ModelContext } from '../model-context.js';
import type { PostprocessSettings } from '../postprocess-settings.js';
import type { Candidates } from './candidates.js';
import { maskGrid } from './mask-grid.js';

/** What a decoder may look at to tell whether it fits. */
export type DecoderContext = ModelContext;

/**
 * - `certain`: the shapes can be nothing else
 * - `possible`: the shapes would do, but other layouts look the same; taken only when the package or the exporter names it
 */
export type DecoderFit =
  { readonly fit: 'certain' | 'possible' } | { readonly fit: 'no'; readonly reason: string };

/** Reads one family's output layout. One file each under `decoders/`. */
export interface DetectionDecoder {
  /** The name that a package's `postprocessing.decoder` uses. */
  readonly name: string;
  /** Other names of models with this layout. */
  readonly aliases: readonly string[];
  /** The layout in a few words, for messages. */
  readonly reads: string;
  fits(context: DecoderContext): DecoderFit;
  /** Called only when it fits. @throws CareError MODEL_INCOMPATIBLE for its settings */
  bind(context: DecoderContext): BoundDecoder;
}

export interface BoundDecoder {
  /** The model has done its own suppression, or needs none: NMS is left out. */
  readonly final: boolean;
  /**
   * What masks are made of when the model has an output for them: coefficients beside each row (`candidates.extra`) for shared
   * prototypes, or a plane for each query. Undefined: the layout knows no masks.
   */
  readonly masks?: 'coefficients' | 'queries';
  /** False: rows of all images of a batch come in one list, so only one image can be run at a time. */
  readonly batchable?: boolean;
  /** Values of a row besides box and scores, when the stated shape tells; what the tensors have is in `Candidates.extra`. */
  readonly extraCount?: number | undefined;
  /** Inputs besides the image, for a run of that many images that lie in it as `geometries` say (absent: they fill it). */
  extraInputs?(images: number, geometries?: readonly ResizeGeometry[]): Readonly<Record<string, Tensor>>;
  /**
   * Adds what reaches the confidence threshold, in pixels of the input tensor.
   * @throws CareError MODEL_INCOMPATIBLE when the tensors are not of the layout
   */
  decode(
    outputs: Readonly<Record<string, Tensor>>,
    settings: PostprocessSettings,
    candidates: Candidates,
  ): void;
}

/** Why an output's batch does not go with the input's; undefined when it does, or is open. */
export function wrongBatch({ input }: DecoderContext, spec: TensorSpec): string | undefined {
  const batch = batchOf(spec);
  if (batch === undefined || batch === (input.batch ?? 1)) return undefined;
  return `${spec.name} has batch ${batch}, expected ${input.batch ?? 1}`;
}

export function no(reason: string): DecoderFit {
  return { fit: 'no', reason };
}

/** The one output with three dimensions; outputs of other ranks (mask prototypes, training heads) are not detections. */
export function onlyRank3(outputs: readonly TensorSpec[]): TensorSpec | undefined {
  const found = outputs.filter((output) => output.shape.length === 3);
  return found.length === 1 ? found[0] : undefined;
}

/** Shape of a spec with open dimensions as undefined. */
export function shapeOf(spec: TensorSpec): (number | undefined)[] {
  return spec.shape.map((dim) => (typeof dim === 'number' && !isOpen(dim) ? dim : undefined));
}

export function shapeText(shape: readonly (number | string | undefined)[]): string {
  return `[${shape.map((dim) => dim ?? '?').join(', ')}]`;
}

const STRIDE_SETS = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
] as const;

/** Number of grid cells over the usual strides (P3-P5, with P6, with P2): rows of anchor-free YOLO outputs. */
export function gridCellCounts(input: { readonly width: number; readonly height: number }): number[] {
  return STRIDE_SETS.map((strides) =>
    strides.reduce((sum, s) => sum + Math.ceil(input.width / s) * Math.ceil(input.height / s), 0),
  );
}

/** End-to-end and DETR models give at most this many rows; grids give thousands. */
export const MAX_QUERY_ROWS = 1000;

/**
 * How many values may follow box and scores in a row: mask coefficients when there is a prototype output, keypoints for pose
 * models (of two or three values each, unless the exporter says which). Undefined: a pose model that does not say how many.
 */
export function extraChannels(context: DecoderContext): readonly number[] | undefined {
  const { model, signature, input } = context;
  if (model.task === 'pose-estimation') return keypointChannels(context);
  const prototypes = signature.outputs.find((output) => output.shape.length === 4);
  return [prototypes === undefined ? 0 : (maskGrid(shapeOf(prototypes), input).planes ?? 32)];
}

function keypointChannels({ model, variant }: DecoderContext): readonly number[] | undefined {
  const exported = exportedKeypointShape(variant);
  if (exported !== undefined) return [exported.count * exported.values];
  const count = model.keypoints?.names.length;
  return count === undefined ? undefined : [count * 3, count * 2];
}

/** Number of keypoints and of values of each as Ultralytics' exporter states them (`kpt_shape`: `[17, 3]`). */
export function exportedKeypointShape({
  exporterMetadata,
}: ModelVariant): { readonly count: number; readonly values: number } | undefined {
  const [, count, values] = /^\s*\[\s*(\d+)\s*,\s*(\d+)\s*\]/.exec(exporterMetadata?.kpt_shape ?? '') ?? [];
  return count === undefined ? undefined : { count: Number(count), values: Number(values) };
}

/** Whether `channels` can be `base` + extra channels; unknown extras are pairs or triples. */
export function channelsFit(channels: number, base: number, extra: readonly number[] | undefined): boolean {
  const rest = channels - base;
  if (extra !== undefined) return extra.includes(rest);
  return rest > 0 && (rest % 3 === 0 || rest % 2 === 0);
}

/** The numbers of channels that would fit, for messages. */
export function channelsText(base: number, extra: readonly number[] | undefined): string {
  return extra === undefined ? `${base} + keypoints` : extra.map((count) => base + count).join(' or ');
}

/** @throws CareError MODEL_INCOMPATIBLE */
export function wrongShape(name: string, dims: readonly number[], wanted: string): CareError {
  return new CareError(
    'MODEL_INCOMPATIBLE',
    `output ${name} came as ${shapeText(dims)}, expected ${wanted}`,
    {
      remedy:
        'State the layout in the manifest (`postprocessing.decoder`) and check class_names and input_size.',
    },
  );
}
