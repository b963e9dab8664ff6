import type { Tensor } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import { sliceBatch } from './slice-batch.js';
import type { PredictOptions, TaskPrediction, TaskProcessor, View } from './task.js';
import { storedOptions, uprightPrediction } from './upright-predictions.js';

/** One run of an open session. */
export type RunSession = (
  inputs: Readonly<Record<string, Tensor>>,
) => Promise<Readonly<Record<string, Tensor>>>;

export interface FramesPredicted<Prediction> {
  /** For each frame, in their order. */
  readonly predictions: readonly Prediction[][];
  /** Milliseconds, over all runs. */
  readonly timings: {
    readonly preprocess: number;
    readonly inference: number;
    readonly postprocess: number;
  };
}

export interface PredictFramesOptions extends PredictOptions {
  /** Most views in one run of a model with an open batch dimension. Default 8. */
  readonly maxBatch?: number;
}

const DEFAULT_MAX_BATCH = 8;

/**
 * Frames through a processor and a session: views are put into runs of as many as the model takes.
 * @throws CareError what `run` throws, MODEL_INCOMPATIBLE, OPTIONS_INVALID
 */
export async function predictFrames<Prediction extends TaskPrediction>(
  processor: TaskProcessor<Prediction>,
  frames: readonly RawFrame[],
  { maxBatch = DEFAULT_MAX_BATCH, ...options }: PredictFramesOptions,
  run: RunSession,
): Promise<FramesPredicted<Prediction>> {
  const views = frames.flatMap((frame, index) =>
    processor.views(frame, storedOptions(options, frame)).map((view): [View, number] => [view, index]),
  );
  const predictions = frames.map((): Prediction[] => []);
  const timings = { preprocess: 0, inference: 0, postprocess: 0 };
  const size = processor.batch ?? Math.max(1, maxBatch);
  for (let at = 0; at < views.length; at += size) {
    const group = views.slice(at, at + size);
    const start = performance.now();
    const { inputs, geometries } = processor.preprocess(group.map(([view]) => view));
    const prepared = performance.now();
    const outputs = await run(inputs);
    const inferred = performance.now();
    const batch = processor.batch ?? group.length;
    group.forEach(([{ frame }, of], index) => {
      const geometry = geometries[index];
      if (geometry === undefined) return;
      const found = processor.postprocess(sliceBatch(outputs, index, batch), geometry, options);
      predictions[of]?.push(...found.map((prediction) => uprightPrediction(prediction, frame)));
    });
    timings.preprocess += prepared - start;
    timings.inference += inferred - prepared;
    timings.postprocess += performance.now() - inferred;
  }
  return { predictions, timings };
}
