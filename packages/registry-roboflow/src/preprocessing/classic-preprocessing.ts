import type { ModelPackage, Preprocessing } from '@care/registry-core';
import { z } from 'zod';
import { contentError, readContent, unsupported } from '../description/content-error.js';
import { classifierNormalization, type Architecture } from '../postprocessing/architecture.js';
import { datasetPreprocessing, datasetSteps } from './dataset-steps.js';

export const ENVIRONMENT = 'environment.json';
const DEFAULT_SIDE = 640;
const MAX_SIDE = 65_536;

/** Sides come as numbers and as text. */
const side = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+(\.\d*)?\s*$/, 'expected a number')
      .transform(Number),
  ])
  .pipe(z.number().min(1).max(MAX_SIDE).transform(Math.floor));

const steps = datasetSteps.extend({
  resize: z
    .looseObject({ format: z.string().optional(), width: side.optional(), height: side.optional() })
    .nullish(),
});

const environment = z.looseObject({
  PREPROCESSING: z.union([z.string(), z.looseObject({})]),
  RESOLUTION: z.union([side, z.tuple([side], side)]).nullish(),
});

/** Which of two readings of a resize format is wanted: the pictures of the training set, or what Roboflow's server makes of it. */
export type ResizeReading = 'trained' | 'served';

type Placement = Pick<Preprocessing, 'resize' | 'padValue' | 'padMode' | 'sideRounding'>;

const letterbox = (padValue: number): Placement => ({ resize: 'letterbox', padValue, sideRounding: 'floor' });

const FORMATS: Readonly<Record<string, { readonly trained: Placement; readonly served?: Placement }>> = {
  'Stretch to': { trained: { resize: 'stretch', padValue: 0 } },
  'Fit (black edges) in': { trained: letterbox(0) },
  'Fit (grey edges) in': { trained: letterbox(114) },
  'Fit (white edges) in': { trained: letterbox(255) },
  // Pictures that are scaled and not padded cannot fill the input of a network: black edges in either reading.
  'Fit within': { trained: letterbox(0) },
  'Fit (reflect edges) in': { trained: { ...letterbox(0), padMode: 'reflect' }, served: letterbox(0) },
  'Fill (with center crop) in': {
    trained: { resize: 'center-crop', padValue: 0 },
    served: letterbox(0),
  },
};

/** What `environment.json` says of the input. */
export interface ClassicInput {
  readonly preprocessing: Preprocessing;
  /** For dimensions that the graph leaves open; where it fixes them, the graph is right. */
  readonly inputSize: ModelPackage['inputSize'];
  /** What a user should know, e.g. a format that is read as another. */
  readonly notes: readonly string[];
}

/**
 * Preprocessing of the classic protocol: grey edges are 114, contrast comes before greyscale, sides are cut off to whole pixels,
 * pixels are scaled to 0..1, and classifiers and RF-DETR normalised as Roboflow's server does it for their family.
 * @throws CareError `MANIFEST_INVALID` naming the field; `UNSUPPORTED` for RF-DETR's two resizes in a row
 */
export function classicInput(
  document: unknown,
  task: string,
  architecture: Architecture,
  reading: ResizeReading,
): ClassicInput {
  const { PREPROCESSING, RESOLUTION } = readContent(environment, document, ENVIRONMENT);
  const stated = typeof PREPROCESSING === 'string' ? parseText(PREPROCESSING) : PREPROCESSING;
  const parsed = readContent(steps, stated, `${ENVIRONMENT} (PREPROCESSING)`);
  const { width = DEFAULT_SIDE, height = DEFAULT_SIDE, format = 'Stretch to' } = parsed.resize ?? {};
  const { placement, note } = placementOf(format, reading);
  if (architecture.name === 'rfdetr' && placement.resize !== 'stretch' && width !== height) {
    throw unsupported(
      `it resizes pictures twice, "${format}" ${width} x ${height} and then to a square, and CARE resizes once`,
    );
  }
  const edges =
    architecture.name === 'rfdetr' && reading === 'served' ? afterNormalization(placement) : placement;
  const resolution = Array.isArray(RESOLUTION) ? RESOLUTION[0] : RESOLUTION;
  const square = architecture.name === 'rfdetr' ? (resolution ?? width) : undefined;
  const { mean, std } = task === 'classification' ? classifierNormalization(architecture) : architecture;
  return {
    preprocessing: {
      ...edges,
      padPosition: 'center',
      color: 'rgb',
      scale: 1 / 255,
      mean: [...mean],
      std: [...std],
      interpolation: 'bilinear',
      ...datasetPreprocessing(parsed, 'before-grayscale', ENVIRONMENT),
      // The server turns pictures upright when the key is there, whatever it says.
      autoOrient: parsed['auto-orient'] !== undefined && parsed['auto-orient'] !== null,
    },
    inputSize: square === undefined ? { height, width } : { height: square, width: square },
    notes: note === undefined ? [] : [note],
  };
}

/** Roboflow's server pads RF-DETR's pictures when they are normalised already: its black edges are 0 in the tensor. */
function afterNormalization(placement: Placement): Placement {
  return placement.resize === 'letterbox' && placement.padValue === 0
    ? { ...placement, padMode: 'zero' }
    : placement;
}

function placementOf(format: string, reading: ResizeReading): { placement: Placement; note?: string } {
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known === undefined) {
    const name = JSON.stringify(format).slice(0, 80);
    return {
      placement: { resize: 'stretch', padValue: 0 },
      note: `resize format ${name} is not known and read as "Stretch to", as Roboflow's server does`,
    };
  }
  if (format === 'Fit within') {
    return { placement: known.trained, note: 'resize format "Fit within" is read as "Fit (black edges) in"' };
  }
  if (known.served === undefined) return { placement: known.trained };
  return reading === 'served'
    ? { placement: known.served, note: `resize format "${format}" is read as "Fit (black edges) in"` }
    : {
        placement: known.trained,
        note: `resize format "${format}" is done as in training; Roboflow's server fits with black edges`,
      };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw contentError(ENVIRONMENT, 'the text of PREPROCESSING is no JSON', cause);
  }
}
