import type { RequestObservation } from '@care/model-manager';

/** What the versions of the models have answered since the server began, as the statistics extension counts it. */
export interface VersionTotals {
  readonly model: string;
  /** `''` for the unversioned one. */
  readonly version: string;
  success: Duration;
  fail: Duration;
  queue: Duration;
  computeInput: Duration;
  computeInfer: Duration;
  computeOutput: Duration;
  inferences: number;
  executions: number;
  /** Milliseconds since 1970; 0 before the first. */
  lastInference: number;
  readonly failuresByCode: Map<string, number>;
}

export interface Duration {
  count: number;
  nanoseconds: number;
}

export class RequestTotals {
  readonly #versions = new Map<string, VersionTotals>();

  get all(): readonly VersionTotals[] {
    return [...this.#versions.values()];
  }

  add(request: RequestObservation): void {
    const totals = this.#of(request.modelId, request.version ?? '');
    if (request.error !== undefined) {
      add(totals.fail, request.seconds * 1000);
      totals.failuresByCode.set(request.error, (totals.failuresByCode.get(request.error) ?? 0) + 1);
      return;
    }
    add(totals.success, request.seconds * 1000);
    totals.inferences += request.predictions?.length ?? 1;
    totals.lastInference = Date.now();
    for (const { queue, decode, preprocess, inference, postprocess } of request.timings ?? []) {
      totals.executions++;
      add(totals.queue, queue);
      add(totals.computeInput, decode + preprocess);
      add(totals.computeInfer, inference);
      add(totals.computeOutput, postprocess);
    }
  }

  /** Forgets versions that are no longer loaded. */
  keep(loaded: (model: string, version: string) => boolean): void {
    for (const [key, { model, version }] of this.#versions)
      if (!loaded(model, version)) this.#versions.delete(key);
  }

  #of(model: string, version: string): VersionTotals {
    const key = JSON.stringify([model, version]);
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const totals: VersionTotals = {
      model,
      version,
      success: none(),
      fail: none(),
      queue: none(),
      computeInput: none(),
      computeInfer: none(),
      computeOutput: none(),
      inferences: 0,
      executions: 0,
      lastInference: 0,
      failuresByCode: new Map(),
    };
    this.#versions.set(key, totals);
    return totals;
  }
}

function none(): Duration {
  return { count: 0, nanoseconds: 0 };
}

function add(duration: Duration, milliseconds: number): void {
  duration.count++;
  duration.nanoseconds += milliseconds * 1e6;
}
