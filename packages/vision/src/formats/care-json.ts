import type { PredictionRecord } from './prediction-record.js';

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
  };
  readonly task: string;
  readonly predictions: readonly {
    readonly class: string;
    readonly class_id: number;
    /** 0..1 */
    readonly confidence: number;
    /** x1, y1, x2, y2 in pixels of the upright original. */
    readonly box: readonly [number, number, number, number];
  }[];
  readonly timings_ms: PredictionRecord['timings'];
}

/** Full precision: nothing is rounded. */
export function toCareJson(image: string, record: PredictionRecord): CareJson {
  const { width, height, model, task, timings } = record;
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
    },
    task,
    predictions: record.predictions.map(({ class: name, classId, confidence, box }) => ({
      class: name,
      class_id: classId,
      confidence,
      box: [...box],
    })),
    timings_ms: { queue, decode, preprocess, inference, postprocess, total },
  };
}
