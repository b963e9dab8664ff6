import {
  CareError,
  deserializeError,
  isCareError,
  serializeError,
  type ResolvedModel,
  type SerializedError,
  type Tensor,
} from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import { VersionMetrics } from '../metrics/version-metrics.js';
import type { ModelInferOptions, ModelPredictOptions } from '../model/model.js';
import type { PooledModel } from '../model/pooled-model.js';
import type { Inference, Prediction, PredictionTimings, ServedBy } from '../model/prediction.js';
import type { ModelSignature, RequestObservation, VersionState, VersionStatus } from './deployment.js';
import { packageKey } from './package-key.js';

export interface LiveVersionListener {
  state(version: LiveVersion): void;
  /** One of its workers died and is replaced. */
  crashed(version: LiveVersion, reason: CareError): void;
  /** It was ready and cannot serve any more. */
  outOfOrder(version: LiveVersion): void;
  request(observation: RequestObservation): void;
}

/** One content of one version from the moment it begins to load until its memory is back. */
export class LiveVersion {
  readonly resolved: ResolvedModel;
  readonly generation: number;
  /** Tells packages apart by what they say; the files' content has its own hashes. */
  readonly packageKey: string;
  readonly metrics = new VersionMetrics();
  /** Copies of requests under way. */
  shadowing = 0;
  error: SerializedError | undefined;
  readyAt: Date | undefined;
  loadMs: number | undefined;
  #state: VersionState = 'loading';
  #model: PooledModel | undefined;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  #ended: Promise<number> | undefined;
  readonly #startedAt = performance.now();
  readonly #listener: LiveVersionListener;

  constructor(resolved: ResolvedModel, generation: number, listener: LiveVersionListener) {
    this.resolved = resolved;
    this.generation = generation;
    this.packageKey = packageKey(resolved.package);
    this.#listener = listener;
  }

  get version(): string | null {
    return this.resolved.package.version ?? null;
  }

  get id(): string {
    const content = this.#model?.servedBy.sha256.slice(0, 12) ?? `load-${this.generation}`;
    return `${this.version ?? 'unversioned'}+${content}`;
  }

  get state(): VersionState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get servedBy(): ServedBy | undefined {
    return this.#model?.servedBy;
  }

  get signature(): ModelSignature | undefined {
    if (this.#model === undefined) return undefined;
    const { package: model, servedBy, inputs, outputs } = this.#model;
    const { format = 'unknown' } = model.variants.find(({ id }) => id === servedBy.variant) ?? {};
    return {
      task: model.task,
      classNames: model.classNames,
      multiLabel: model.postprocessing.multiLabel,
      format,
      inputs,
      outputs,
    };
  }

  get model(): PooledModel | undefined {
    return this.#model;
  }

  get artifactSha256(): Readonly<Record<string, string>> {
    return this.#model?.artifactSha256 ?? {};
  }

  warming(): void {
    if (this.#state === 'loading') this.#become('warming');
  }

  opened(model: PooledModel): void {
    this.#model = model;
    this.readyAt = new Date();
    this.loadMs = performance.now() - this.#startedAt;
    this.#become('ready');
  }

  failed(error: unknown): void {
    this.error = serializeError(error, 'INFERENCE_FAILED');
    this.#become('failed');
  }

  crashed(reason: CareError): void {
    if (this.#state === 'ready') this.#listener.crashed(this, reason);
  }

  /** Its workers cannot be started any more. */
  outOfOrder(reason: CareError): void {
    if (this.#state !== 'ready') return;
    this.failed(reason);
    this.#listener.outOfOrder(this);
  }

  /** Predicts with this version, counted from here to its end. @throws CareError as `Model.predict` */
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: ModelPredictOptions,
    role: 'live' | 'shadow',
  ): Promise<Prediction[]> {
    return await this.#counted('predict', role, async (model) => {
      const answer = Array.isArray(input)
        ? await model.predict(input as readonly ImageInput[], options)
        : [await model.predict(input as ImageInput, options)];
      // Images that were run together have their timings in common.
      return { answer, predictions: answer, timings: [...new Set(answer.map(({ timings }) => timings))] };
    });
  }

  /** Runs this version on tensors, counted from here to its end. @throws CareError as `Model.infer` */
  async infer(inputs: Readonly<Record<string, Tensor>>, options: ModelInferOptions): Promise<Inference> {
    return await this.#counted('infer', 'live', async (model) => {
      const answer = await model.infer(inputs, options);
      return { answer, timings: [answer.timings] };
    });
  }

  async #counted<T>(
    kind: RequestObservation['kind'],
    role: RequestObservation['role'],
    run: (model: PooledModel) => Promise<CountedAnswer<T>>,
  ): Promise<T> {
    const model = this.#model;
    if (this.#state === 'failed' && this.error !== undefined) throw deserializeError(this.error);
    if (model === undefined || this.#state !== 'ready') {
      throw new CareError('DISPOSED', `version ${this.version ?? '(unversioned)'} is ${this.#state}`);
    }
    this.#inFlight++;
    const started = performance.now();
    const { modelId } = this.resolved.package;
    const request = { modelId, version: this.version, role, kind, servedBy: model.servedBy };
    try {
      const { answer, ...done } = await run(model);
      const seconds = (performance.now() - started) / 1000;
      this.metrics.answered(seconds, done.predictions ?? []);
      this.#listener.request({ ...request, seconds, ...done });
      return answer;
    } catch (error) {
      const seconds = (performance.now() - started) / 1000;
      const code = isCareError(error) ? error.code : 'INFERENCE_FAILED';
      // What the caller did wrong, or took back, says nothing of the version.
      if (!CALLERS_FAULT.has(code)) this.metrics.failed(seconds, code);
      this.#listener.request({ ...request, seconds, error: code });
      throw error;
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  /** Finishes what it began, at most until the deadline, and gives its memory back. @returns requests that were cut off */
  end(drainMs: number): Promise<number> {
    return (this.#ended ??= this.#end(drainMs));
  }

  async #end(drainMs: number): Promise<number> {
    if (this.#model === undefined) return 0;
    this.#become('draining');
    if (this.#inFlight > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        timer = setTimeout(resolve, drainMs);
      });
      clearTimeout(timer);
    }
    const cut = this.#inFlight;
    await this.#model.dispose();
    this.#become('unloaded');
    return cut;
  }

  status(role: VersionStatus['role'], share: number): VersionStatus {
    const { servedBy, signature, readyAt, loadMs, error } = this;
    const workers = this.#model?.stats;
    return {
      id: this.id,
      version: this.version,
      state: this.state,
      role,
      share,
      generation: this.generation,
      inFlight: this.inFlight,
      ...(servedBy === undefined ? {} : { servedBy }),
      ...(signature === undefined ? {} : { signature }),
      ...(workers === undefined ? {} : { workers }),
      ...(readyAt === undefined ? {} : { readyAt: readyAt.toISOString() }),
      ...(loadMs === undefined ? {} : { loadMs }),
      ...(error === undefined ? {} : { error }),
      metrics: this.metrics.snapshot(),
    };
  }

  #become(state: VersionState): void {
    this.#state = state;
    this.#listener.state(this);
  }
}

interface CountedAnswer<T> {
  readonly answer: T;
  readonly predictions?: readonly Prediction[];
  readonly timings: readonly PredictionTimings[];
}

const CALLERS_FAULT: ReadonlySet<string> = new Set([
  'ABORTED',
  'INPUT_INVALID',
  'IMAGE_INVALID',
  'IMAGE_TOO_LARGE',
  'OPTIONS_INVALID',
  'UNSUPPORTED',
]);
