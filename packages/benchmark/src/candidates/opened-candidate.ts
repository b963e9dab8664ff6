import type { Care, Model } from '@care/model-manager';
import { CareError } from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import type { CallTimes, Contestant } from '../measure/contestant.js';
import { processMemory, type ProcessMemory } from '../measure/process-memory.js';
import type { CandidateSpec } from './candidate-spec.js';

/** Milliseconds that a candidate may take to open: what it takes is measured, not judged. */
const OPEN_TIMEOUT_MS = 600_000;

/** A candidate that is ready, in processes of its own. */
export class OpenedCandidate implements Contestant {
  readonly spec: CandidateSpec;
  readonly model: Model;
  /** Milliseconds from the call until it was ready and warm. */
  readonly loadMs: number;
  readonly inFlight: number;
  readonly batch: number;
  readonly #images: readonly ImageInput[];
  #next = 0;

  private constructor(spec: CandidateSpec, model: Model, loadMs: number, images: readonly ImageInput[]) {
    this.spec = spec;
    this.model = model;
    this.loadMs = loadMs;
    this.inFlight = spec.replicas;
    this.batch = spec.batch;
    this.#images = images;
  }

  /** @throws CareError what `care.load` throws */
  static async open(
    care: Care,
    spec: CandidateSpec,
    images: readonly ImageInput[],
    signal?: AbortSignal,
  ): Promise<OpenedCandidate> {
    const { reference, variant, backend, device, threads, replicas, batch, isolation } = spec;
    const begun = performance.now();
    const model = await care.load(reference, {
      require: { variant, backend, ...(device === undefined ? {} : { device }) },
      ...(threads === undefined ? {} : { threads }),
      ...{ replicas, isolation, maxBatch: batch },
      queueLimit: Math.max(64, 8 * replicas),
      timeoutMs: OPEN_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    return new OpenedCandidate(spec, model, performance.now() - begun, images);
  }

  /** Images take turns. A call of several counts from call to answer of all of them. */
  async call(): Promise<CallTimes> {
    if (this.batch === 1) {
      const { timings } = await this.model.predict(this.#image());
      return { endToEnd: timings.total, inference: timings.inference };
    }
    const images = Array.from({ length: this.batch }, () => this.#image());
    const begun = performance.now();
    const predictions = await this.model.predict(images);
    // Images that were run together share one run, and its timings.
    const runs = new Set(predictions.map(({ timings }) => timings));
    return {
      endToEnd: performance.now() - begun,
      inference: [...runs].reduce((sum, { inference }) => sum + inference, 0),
    };
  }

  memory(): Promise<ProcessMemory | undefined> {
    return processMemory(this.model.stats.processes);
  }

  async close(): Promise<void> {
    await this.model.dispose();
  }

  #image(): ImageInput {
    const image = this.#images[this.#next++ % this.#images.length];
    if (image === undefined) throw new CareError('OPTIONS_INVALID', 'there is no picture to measure with');
    return image;
  }
}
