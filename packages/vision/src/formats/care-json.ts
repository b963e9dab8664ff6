import type { StaleAnswer } from '@care/registry-core';
import type { CocoRle } from '../masks/coco-rle.js';
import { taskFor } from '../tasks/task-registry.js';
import type { PredictionRecord } from './prediction-record.js';

/** One prediction; which of the optional fields it has depends on the task. */
export interface CareJsonPrediction {
  readonly class: string;
  readonly class_id: number;
  /** 0..1 */
  readonly confidence: number;
  /** x1, y1, x2, y2 in pixels of the upright original. */
  readonly box?: readonly [number, number, number, number];
  /** Pixels of the upright original, in the order of the model's keypoints. */
  readonly keypoints?: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly confidence: number;
  }[];
  /** COCO RLE over the upright original. */
  readonly mask?: CocoRle;
}

/** One image's result as CARE prints it: snake_case, plain JSON. */
export interface CareJson {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly model: {
    readonly id: string;
    /** Null for the unversioned one. */
    readonly version: string | null;
    readonly registry: string;
    readonly variant: string;
    readonly backend: string;
    /** Present when the registry could not be asked: the model is what it said at `since` (ISO 8601). */
    readonly stale?: StaleAnswer;
  };
  readonly task: string;
  readonly predictions: readonly CareJsonPrediction[];
  readonly timings_ms: PredictionRecord['timings'];
}

/** Full precision: nothing is rounded. */
export function toCareJson(image: string, record: PredictionRecord): CareJson {
  const { width, height, model, task, timings } = record;
  const { formats } = taskFor(task);
  const { queue, decode, preprocess, inference, postprocess, total } = timings;
  return {
    image,
    width,
    height,
    model: {
      id: model.id,
      version: model.version ?? null,
      registry: model.registry,
      variant: model.variant,
      backend: model.backend,
      ...(model.stale === undefined ? {} : { stale: model.stale }),
    },
    task,
    predictions: record.predictions.map((prediction) => formats.care(prediction)),
    timings_ms: { queue, decode, preprocess, inference, postprocess, total },
  };
}
