import type { Tensor } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import { predictFrames } from '../tasks/predict-frames.js';
import { taskFor } from '../tasks/task-registry.js';
import type { PredictOptions, TaskPrediction, TaskProcessor } from '../tasks/task.js';
import type { ComparableModel } from './model-agreement.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** What one side makes of a picture: its raw outputs, run by run, and what the task reads in them. */
export interface PictureAnswer {
  readonly runs: readonly Tensors[];
  readonly predictions: readonly TaskPrediction[];
}

/** A model with its task bound to it on this side: tensors go in and out, so that both can be looked at. */
export class PictureRunner {
  readonly #model: ComparableModel;
  readonly #processor: TaskProcessor;
  readonly #options: PredictOptions;

  /** @throws CareError MODEL_INCOMPATIBLE */
  constructor(model: ComparableModel, options: PredictOptions) {
    const { inputs, outputs, servedBy } = model;
    this.#model = model;
    this.#options = options;
    this.#processor = taskFor(model.package.task).createProcessor(model.package, servedBy.variant, {
      inputs,
      outputs,
    });
  }

  async answer(frame: RawFrame, signal: AbortSignal | undefined): Promise<PictureAnswer> {
    const runs: Tensors[] = [];
    const run = async (inputs: Tensors): Promise<Tensors> => {
      const { outputs } = await this.#model.infer(inputs, signal === undefined ? {} : { signal });
      runs.push(outputs);
      return outputs;
    };
    const { predictions } = await predictFrames(this.#processor, [frame], this.#options, run);
    return { runs, predictions: predictions[0] ?? [] };
  }
}
