import type { ModelPackage, Preprocessing } from '@care/registry-core';
import { z } from 'zod';
import { contentError, unsupported } from '../description/content-error.js';
import type { Architecture } from '../postprocessing/architecture.js';
import { datasetPreprocessing, type DatasetSteps } from './dataset-steps.js';
import type { ResizeReading } from './classic-preprocessing.js';

export const INFERENCE_CONFIG = 'inference_config.json';

const size = z.looseObject({ height: z.int().min(1).max(65_536), width: z.int().min(1).max(65_536) });
const numbers = z.array(z.number()).min(1).max(4);

export const networkInput = z.looseObject({
  training_input_size: size,
  dataset_version_resize_dimensions: size.nullish(),
  dynamic_spatial_size_supported: z.boolean().optional(),
  dynamic_spatial_size_mode: z
    .union([
      z.looseObject({ type: z.literal('pad-to-be-divisible'), value: z.int().min(1) }),
      z.looseObject({ type: z.literal('any-size') }),
    ])
    .nullish(),
  color_mode: z.enum(['rgb', 'bgr']),
  resize_mode: z.enum(['stretch', 'letterbox', 'center-crop', 'fit-longer-edge', 'letterbox-reflect-edges']),
  padding_value: z.number().min(0).max(255).nullish(),
  input_channels: z.int(),
  scaling_factor: z
    .number()
    .refine((factor) => factor !== 0 && Number.isFinite(1 / factor), 'must not be 0')
    .nullish(),
  normalization: z.tuple([numbers, numbers]).nullish(),
});

export type NetworkInput = z.output<typeof networkInput>;

/** What is said of the input, as the core states it. */
export interface ModelInput {
  readonly preprocessing: Preprocessing;
  readonly inputSize: ModelPackage['inputSize'];
  readonly notes: readonly string[];
}

type Placement = Pick<
  Preprocessing,
  'resize' | 'padValue' | 'padMode' | 'sideRounding' | 'resizeShorterSide'
> & {
  readonly note?: string;
};

/**
 * Preprocessing of the models protocol: greyscale comes before contrast, `padding_value` is what lies beside the picture, sides are
 * cut off to whole pixels, values are divided by `scaling_factor` and then normalised. RF-DETR is stretched with Pillow's
 * antialiased filter, all others resized as OpenCV does it. A network with open sides is fed with its training size.
 * @throws CareError `MANIFEST_INVALID` naming the field; `UNSUPPORTED` for what the core has no words for
 */
export function modelInput(
  network: NetworkInput,
  steps: DatasetSteps,
  architecture: Architecture,
  reading: ResizeReading,
): ModelInput {
  const { note, ...placement } = placementOf(network, architecture, reading);
  const color = colorOf(network);
  const [means, stds] = network.normalization ?? [[0], [1]];
  const channels = color === 'gray' ? 1 : 3;
  return {
    preprocessing: {
      ...placement,
      padPosition: 'center',
      color,
      scale: 1 / (network.scaling_factor ?? 1),
      mean: perChannel(means, channels, 'mean'),
      std: perChannel(stds, channels, 'std'),
      interpolation: 'bilinear',
      ...(architecture.name === 'rfdetr' ? { antialias: true } : {}),
      ...datasetPreprocessing(steps, 'after-grayscale', INFERENCE_CONFIG),
      ...(steps['auto-orient']?.enabled === false ? { autoOrient: false } : {}),
    },
    inputSize: { height: network.training_input_size.height, width: network.training_input_size.width },
    notes: note === undefined ? [] : [note],
  };
}

function placementOf(network: NetworkInput, architecture: Architecture, reading: ResizeReading): Placement {
  const { resize_mode: mode } = network;
  if (architecture.name === 'rfdetr') return rfdetrPlacement(network, reading);
  if (mode === 'fit-longer-edge') {
    // Networks have a fixed input, so there must be something beside the picture.
    return { ...edges(127), note: 'resize mode fit-longer-edge is done as letterbox with grey edges (127)' };
  }
  return plainPlacement(network, reading);
}

function plainPlacement(
  { resize_mode: mode, padding_value: stated }: NetworkInput,
  reading: ResizeReading,
): Placement {
  const padValue = stated ?? 0;
  switch (mode) {
    case 'stretch':
    case 'fit-longer-edge':
      return { resize: 'stretch', padValue: 0 };
    case 'letterbox':
      return edges(padValue);
    case 'letterbox-reflect-edges':
      return reading === 'served'
        ? { ...edges(padValue), note: 'resize mode letterbox-reflect-edges is done with plain edges' }
        : {
            ...edges(padValue),
            padMode: 'reflect',
            note: "resize mode letterbox-reflect-edges is done as in training; Roboflow's server has plain edges",
          };
    case 'center-crop':
      return { resize: 'center-crop', resizeShorterSide: 'keep', sideRounding: 'floor', padValue: 0 };
  }
}

/**
 * RF-DETR stretches to its square. When the dataset version had another resize before, both are done in a row: with the same aspect
 * ratio one resize does it but for rounding, otherwise the core has no words for it.
 */
function rfdetrPlacement(network: NetworkInput, reading: ResizeReading): Placement {
  const {
    resize_mode: mode,
    dataset_version_resize_dimensions: dataset,
    training_input_size: input,
  } = network;
  if (mode === 'stretch' || mode === 'fit-longer-edge' || dataset === undefined || dataset === null) {
    return { resize: 'stretch', padValue: 0 };
  }
  const twice = `${mode} ${dataset.width} x ${dataset.height} and then to ${input.width} x ${input.height}`;
  if (mode === 'center-crop' || dataset.width * input.height !== dataset.height * input.width) {
    throw unsupported(`it resizes pictures twice, ${twice}, and CARE resizes once`);
  }
  return {
    ...plainPlacement(network, reading),
    note: `two resizes, ${twice}, are done in one; pixels may differ by rounding`,
  };
}

function edges(padValue: number): Placement {
  return { resize: 'letterbox', padValue, sideRounding: 'floor' };
}

function colorOf({ input_channels: channels, color_mode: mode }: NetworkInput): Preprocessing['color'] {
  if (channels === 3) return mode;
  if (channels === 1) return 'gray';
  throw unsupported(`its input has ${channels} channels; 1 and 3 can be filled from a picture`);
}

function perChannel(values: readonly number[], channels: number, what: string): number[] {
  const filled = values.length === 1 ? Array.from({ length: channels }, () => values[0] ?? 0) : [...values];
  if (filled.length !== channels) {
    throw contentError(
      INFERENCE_CONFIG,
      `normalization has ${values.length} values of ${what} for ${channels} channels`,
    );
  }
  if (what === 'std' && filled.some((value) => value <= 0)) {
    throw contentError(INFERENCE_CONFIG, 'normalization has a standard deviation that is not above 0');
  }
  return filled;
}
