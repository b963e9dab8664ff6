import {
  CareError,
  validateInputs,
  type ModelPackage,
  type ResolvedModel,
  type Tensor,
  type TensorSpec,
} from '@care/registry-core';
import type { ImageInput, ImageLimits, PredictOptions } from '@care/vision';
import type { WorkerPool } from '../pool/worker-pool.js';
import type { Isolation } from '../transport/worker-transport.js';
import type { OpenedModel } from '../worker/worker-protocol.js';
import { settleWithin } from '../care/settle-within.js';
import { snapshotImage } from './image-snapshot.js';
import { FrameBuffers } from './frame-buffers.js';
import type { Model, ModelInferOptions, ModelPredictOptions, ModelStats } from './model.js';
import { batchGroups } from './batch-groups.js';
import { predictBatch } from './predict-batch.js';
import type { CandidateVerdict } from '../negotiation/negotiation.js';
import type { Inference, Prediction, ServedBy } from './prediction.js';
import { snapshotTensors } from './tensor-snapshot.js';

export interface PooledModelParts {
  readonly resolved: ResolvedModel;
  readonly servedBy: ServedBy;
  readonly candidates: readonly CandidateVerdict[];
  readonly opened: OpenedModel;
  readonly pool: WorkerPool;
  readonly isolation: Isolation;
  readonly replicas: number;
  readonly imageLimits?: Partial<ImageLimits> | undefined;
  readonly onDispose: () => void;
}

/** A model that runs in a pool of workers. */
export class PooledModel implements Model {
  readonly #parts: PooledModelParts;
  readonly #frames: FrameBuffers;

  constructor(parts: PooledModelParts) {
    this.#parts = parts;
    // For each worker a frame that it works on and one that is on its way.
    this.#frames = new FrameBuffers(parts.replicas * 2);
  }

  get package(): ModelPackage {
    return this.#parts.resolved.package;
  }

  get resolved(): ResolvedModel {
    return this.#parts.resolved;
  }

  get servedBy(): ServedBy {
    return this.#parts.servedBy;
  }

  get candidates(): readonly CandidateVerdict[] {
    return this.#parts.candidates;
  }

  get inputs(): readonly TensorSpec[] {
    return this.#parts.opened.inputs;
  }

  get outputs(): readonly TensorSpec[] {
    return this.#parts.opened.outputs;
  }

  /** By artifact name. */
  get artifactSha256(): Readonly<Record<string, string>> {
    return this.#parts.opened.artifactSha256;
  }

  get stats(): ModelStats {
    return this.#parts.pool.stats;
  }

  predict(image: ImageInput, options?: ModelPredictOptions): Promise<Prediction>;
  predict(images: readonly ImageInput[], options?: ModelPredictOptions): Promise<Prediction[]>;
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: ModelPredictOptions = {},
  ): Promise<Prediction | Prediction[]> {
    const calledAt = performance.now();
    if (!isBatch(input)) {
      const [prediction] = await this.#predictTogether([input], options, calledAt, false);
      if (prediction === undefined) throw new CareError('INFERENCE_FAILED', 'the worker gave no answer');
      return prediction;
    }
    const { replicas, opened } = this.#parts;
    // Two for each worker: one that runs and one that waits, so that no worker waits for the host.
    const lanes = replicas * 2;
    const groups = batchGroups(input, replicas, opened.batch);
    const answers = await predictBatch(groups, lanes, options.signal, (images, signal) =>
      this.#predictTogether(images, { ...options, signal }, calledAt, true),
    );
    return answers.flat();
  }

  async infer(inputs: Readonly<Record<string, Tensor>>, options: ModelInferOptions = {}): Promise<Inference> {
    const calledAt = performance.now();
    const { pool, isolation, servedBy } = this.#parts;
    const { signal, timeoutMs, transfer = false } = options;
    checkTimeout(timeoutMs);
    validateInputs(this.inputs, inputs);
    pool.checkAccepts();
    const snapshot = snapshotTensors(inputs, { isolation, transfer });
    const { answer, queueMs } = await pool.submit({
      task: { kind: 'infer', inputs: snapshot.tensors },
      transfer: snapshot.transfer,
      signal,
      calledAt,
      timeoutMs,
    });
    if (answer.kind !== 'tensors') throw new CareError('INFERENCE_FAILED', 'the worker gave no tensors');
    const timings = { queue: queueMs, ...answer.timings, total: performance.now() - calledAt };
    return { outputs: answer.outputs, model: servedBy, timings };
  }

  async #predictTogether(
    images: readonly ImageInput[],
    options: ModelPredictOptions,
    calledAt: number,
    patient: boolean,
  ): Promise<Prediction[]> {
    const { pool, isolation, imageLimits: limits, servedBy } = this.#parts;
    const { signal, timeoutMs, transfer = false, ...rest } = options;
    checkTimeout(timeoutMs);
    pool.checkAccepts(patient);
    // A stream or blob may take its time: the caller's limits hold for it as well.
    const frames = this.#frames;
    const work = Promise.all(
      images.map((image) => snapshotImage(image, { isolation, transfer, limits, frames })),
    );
    const snapshots = await settleWithin(work, { what: 'the prediction', signal, timeoutMs });
    const request = {
      task: {
        kind: 'predict' as const,
        sources: snapshots.map(({ source }) => source),
        options: taskOptions(rest),
        returnFrames: isolation === 'thread' && !transfer,
      },
      transfer: [...new Set(snapshots.flatMap((snapshot) => snapshot.transfer))],
      signal,
      calledAt,
      timeoutMs,
    };
    const { answer, returned, queueMs } = await pool.submit(request, patient);
    if (answer.kind !== 'images') throw new CareError('INFERENCE_FAILED', 'the worker gave no predictions');
    for (const buffer of returned) frames.giveBack(buffer);
    const timings = { queue: queueMs, ...answer.timings, total: performance.now() - calledAt };
    const { task } = this.package;
    return answer.images.map((image) => ({ ...image, model: servedBy, task, timings }));
  }

  async dispose(): Promise<void> {
    this.#parts.onDispose();
    await this.#parts.pool.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function isBatch(input: ImageInput | readonly ImageInput[]): input is readonly ImageInput[] {
  return Array.isArray(input);
}

/** What the caller set, without what it left undefined: the package's own settings stand for that. */
function taskOptions(options: PredictOptions): PredictOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || (Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31)) return;
  throw new CareError(
    'OPTIONS_INVALID',
    `timeoutMs must be a number of milliseconds above 0, found ${timeoutMs}`,
    {
      details: { option: 'timeoutMs' },
    },
  );
}
