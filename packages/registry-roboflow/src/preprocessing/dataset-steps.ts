import type { ContrastAdjustment, Preprocessing, StaticCrop } from '@care/registry-core';
import { z } from 'zod';
import { contentError } from '../description/content-error.js';

const enabled = z.looseObject({ enabled: z.boolean() });
const percent = z.number().min(0).max(100);

/** Steps of a dataset version that both `environment.json` and `inference_config.json` state in the same words. */
export const datasetSteps = z.looseObject({
  'auto-orient': enabled.nullish(),
  'static-crop': z
    .looseObject({
      enabled: z.boolean(),
      x_min: percent.optional(),
      x_max: percent.optional(),
      y_min: percent.optional(),
      y_max: percent.optional(),
    })
    .nullish(),
  contrast: z.looseObject({ enabled: z.boolean(), type: z.string().optional() }).nullish(),
  grayscale: enabled.nullish(),
});

export type DatasetSteps = z.output<typeof datasetSteps>;

const METHODS: Readonly<Record<string, ContrastAdjustment['method']>> = {
  'Contrast Stretching': 'stretching',
  'Histogram Equalization': 'histogram-equalization',
  'Adaptive Equalization': 'adaptive-equalization',
};

/**
 * Crop, contrast and greyscale as the core states them. `order`: what the server of the document's protocol does first.
 * @throws CareError `MANIFEST_INVALID`
 */
export function datasetPreprocessing(
  steps: DatasetSteps,
  order: ContrastAdjustment['order'],
  file: string,
): Pick<Preprocessing, 'staticCrop' | 'contrast' | 'grayscale'> {
  const crop = staticCrop(steps, file);
  const method = contrastMethod(steps, file);
  return {
    ...(crop === undefined ? {} : { staticCrop: crop }),
    ...(steps.grayscale?.enabled === true ? { grayscale: true } : {}),
    ...(method === undefined ? {} : { contrast: { method, order } }),
  };
}

function staticCrop({ 'static-crop': stated }: DatasetSteps, file: string): StaticCrop | undefined {
  if (stated?.enabled !== true) return undefined;
  const { x_min: left, y_min: top, x_max: right, y_max: bottom } = stated;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
    throw contentError(file, 'static-crop is on, but one of x_min, y_min, x_max and y_max is missing');
  }
  if (left >= right || top >= bottom) {
    throw contentError(file, `static-crop from ${left}, ${top} to ${right}, ${bottom} percent has no area`);
  }
  return { xMin: left / 100, yMin: top / 100, xMax: right / 100, yMax: bottom / 100 };
}

function contrastMethod({ contrast }: DatasetSteps, file: string): ContrastAdjustment['method'] | undefined {
  if (contrast?.enabled !== true) return undefined;
  const { type = 'none' } = contrast;
  const method = Object.hasOwn(METHODS, type) ? METHODS[type] : undefined;
  if (method !== undefined) return method;
  const known = Object.keys(METHODS).join(', ');
  throw contentError(file, `contrast.type is ${JSON.stringify(type).slice(0, 80)}; known are ${known}`);
}
