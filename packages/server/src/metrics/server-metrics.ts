import { LATENCY_BUCKETS, type DeploymentEvent, type RequestObservation } from '@care/model-manager';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { HostedModels } from '../hosting/hosted-models.js';
import { DeploymentGauges } from './deployment-gauges.js';
import { EndingSeries } from './ending-series.js';
import { registerNvMetrics } from './nv-metrics.js';
import type { RequestTotals } from './request-totals.js';
import { versionLabel } from './version-label.js';

const VERSION = ['model', 'version', 'backend'] as const;
const STAGES = ['queue', 'decode', 'preprocess', 'inference', 'postprocess'] as const;
const STAGE_BUCKETS = [0.0001, 0.00025, 0.0005, ...LATENCY_BUCKETS];
const LOAD_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export interface ServerMetricsOptions {
  /** Triton's names as well. */
  readonly nvMetrics: boolean;
  readonly totals: RequestTotals;
}

/** What one server tells Prometheus, in a registry of its own. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #totals: RequestTotals;
  readonly #requests = this.#counter('care_requests_total', 'Requests that ended, shadow copies by role.', [
    ...VERSION,
    'role',
    'kind',
  ]);
  readonly #errors = this.#counter('care_request_errors_total', 'Requests that failed, by error code.', [
    ...VERSION,
    'role',
    'kind',
    'code',
  ]);
  readonly #duration = this.#histogram(
    'care_request_duration_seconds',
    'From call to answer, queue included.',
    [...VERSION, 'role'],
    LATENCY_BUCKETS,
  );
  readonly #stages = this.#histogram(
    'care_stage_duration_seconds',
    'Of each run, by stage.',
    [...VERSION, 'stage'],
    STAGE_BUCKETS,
  );
  readonly #reloads = this.#counter('care_reloads_total', 'Changes of what is live, taken or not.', [
    'model',
    'outcome',
    'reason',
  ]);
  readonly #rollbacks = this.#counter('care_rollbacks_total', 'Rollbacks by who asked for them.', [
    'model',
    'reason',
  ]);
  readonly #breaches = this.#counter('care_guard_breaches_total', 'Bounds of a guard that were broken.', [
    'model',
    'version',
    'metric',
    'action',
  ]);
  readonly #crashes = this.#counter(
    'care_worker_crashes_total',
    'Workers that died and were replaced, by error code.',
    ['model', 'version', 'reason'],
  );
  readonly #loads = this.#histogram(
    'care_load_duration_seconds',
    'From the start of loading to ready, of the slowest version of a switch.',
    ['model'],
    LOAD_BUCKETS,
  );
  readonly #http = this.#counter('care_http_requests_total', 'Answers by route and status.', [
    'method',
    'route',
    'status',
  ]);
  readonly #gauges: DeploymentGauges;
  readonly #ending: EndingSeries;

  constructor(
    private readonly models: HostedModels,
    { nvMetrics, totals }: ServerMetricsOptions,
  ) {
    this.#totals = totals;
    const register = this.#registry;
    collectDefaultMetrics({ register });
    this.#gauges = new DeploymentGauges(register, models);
    if (nvMetrics) registerNvMetrics(register, models, totals);
    this.#ending = new EndingSeries([this.#requests, this.#errors, this.#duration, this.#stages]);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  request(request: RequestObservation): void {
    this.#totals.add(request);
    const { role, kind, seconds, error, timings = [] } = request;
    const version = {
      model: request.modelId,
      version: versionLabel(request.version),
      backend: request.servedBy.backend,
    };
    this.#requests.inc({ ...version, role, kind });
    this.#duration.observe({ ...version, role }, seconds);
    if (error !== undefined) this.#errors.inc({ ...version, role, kind, code: error });
    for (const run of timings)
      for (const stage of STAGES) this.#stages.observe({ ...version, stage }, run[stage] / 1000);
  }

  event(event: DeploymentEvent): void {
    const { modelId: model } = event;
    switch (event.kind) {
      case 'switched': {
        const { reason } = event.record;
        if (reason === 'rollback' || reason === 'guard') this.#rollbacks.inc({ model, reason });
        else this.#reloads.inc({ model, outcome: 'switched', reason });
        this.#loads.observe({ model }, event.loadMs / 1000);
        return;
      }
      case 'refused':
        this.#reloads.inc({ model, outcome: 'refused', reason: event.error.code });
        return;
      case 'held':
        this.#reloads.inc({ model, outcome: 'held', reason: 'rolled-back' });
        return;
      case 'breach': {
        const { breach, action } = event;
        this.#breaches.inc({ model, version: versionLabel(event.version), metric: breach.metric, action });
        return;
      }
      case 'crashed':
        this.#crashes.inc({ model, version: versionLabel(event.version), reason: event.error.code });
        return;
      case 'state':
      case 'drained':
        return;
    }
  }

  answered(method: string, route: string, status: number): void {
    this.#http.inc({ method, route, status });
  }

  /** Series of a version that is no longer loaded are told once more, and then end. */
  async scrape(): Promise<string> {
    await this.#gauges.refresh();
    const text = await this.#registry.metrics();
    const loaded = this.#loadedVersions();
    await this.#ending.end(({ model, version }) => loaded.has(JSON.stringify([model, version])));
    this.#totals.keep((model, version) => loaded.has(JSON.stringify([model, versionLabel(version || null)])));
    return text;
  }

  #loadedVersions(): Set<string> {
    const versions = this.models.deployments.flatMap(({ modelId, status }) =>
      status.versions
        .filter(({ state }) => state !== 'unloaded' && state !== 'failed')
        .map(({ version }) => JSON.stringify([modelId, versionLabel(version)])),
    );
    return new Set(versions);
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    buckets: readonly number[],
  ): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.#registry] });
  }
}
