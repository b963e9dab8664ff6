import {
  CareError,
  isCareError,
  serializeError,
  type ResolvedModel,
  type SerializedError,
} from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import { VersionMetrics } from '../metrics/version-metrics.js';
import type { ModelPredictOptions } from '../model/model.js';
import type { PooledModel } from '../model/pooled-model.js';
import type { Prediction, ServedBy } from '../model/prediction.js';
import type { RequestObservation, VersionState, VersionStatus } from './deployment.js';
import { packageKey } from './package-key.js';

export interface LiveVersionListener {
  state(version: LiveVersion): void;
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

  /** Runs a request on this version, counted from here to its end. @throws CareError as `Model.predict` */
  async predict(
    input: ImageInput | readonly ImageInput[],
    options: ModelPredictOptions,
    role: 'live' | 'shadow',
  ): Promise<Prediction[]> {
    const model = this.#model;
    if (model === undefined || this.#state !== 'ready') {
      throw new CareError('DISPOSED', `version ${this.version ?? '(unversioned)'} is ${this.#state}`);
    }
    this.#inFlight++;
    const started = performance.now();
    const { modelId } = this.resolved.package;
    const { servedBy } = model;
    try {
      const predictions = Array.isArray(input)
        ? await model.predict(input as readonly ImageInput[], options)
        : [await model.predict(input as ImageInput, options)];
      const seconds = (performance.now() - started) / 1000;
      this.metrics.answered(seconds, predictions);
      this.#listener.request({ modelId, version: this.version, role, servedBy, seconds, predictions });
      return predictions;
    } catch (error) {
      const seconds = (performance.now() - started) / 1000;
      const code = isCareError(error) ? error.code : 'INFERENCE_FAILED';
      // What the caller did wrong, or took back, says nothing of the version.
      if (!CALLERS_FAULT.has(code)) this.metrics.failed(seconds, code);
      this.#listener.request({ modelId, version: this.version, role, servedBy, seconds, error: code });
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
    const { servedBy, readyAt, loadMs, error } = this;
    return {
      id: this.id,
      version: this.version,
      state: this.state,
      role,
      share,
      generation: this.generation,
      inFlight: this.inFlight,
      ...(servedBy === undefined ? {} : { servedBy }),
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

const CALLERS_FAULT: ReadonlySet<string> = new Set([
  'ABORTED',
  'INPUT_INVALID',
  'IMAGE_INVALID',
  'IMAGE_TOO_LARGE',
  'OPTIONS_INVALID',
  'UNSUPPORTED',
]);
