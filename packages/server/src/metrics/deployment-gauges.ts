import type { VersionStatus } from '@care/model-manager';
import { Gauge, type Registry } from 'prom-client';
import type { HostedModels } from '../hosting/hosted-models.js';
import { residentBytes } from './resident-memory.js';
import { versionLabel } from './version-label.js';

const VERSION = ['model', 'version', 'backend'] as const;

/** How the deployments stand at the moment of a scrape. */
export class DeploymentGauges {
  readonly #gauges: Gauge[] = [];
  readonly #inFlight = this.#gauge('care_in_flight', 'Requests that a version has begun.', VERSION);
  readonly #queue = this.#gauge('care_queue_length', 'Requests that wait for a worker.', VERSION);
  readonly #workers = this.#gauge('care_workers', 'Workers that are there.', VERSION);
  readonly #restarts = this.#gauge(
    'care_worker_restarts',
    'Workers replaced since the version was loaded.',
    VERSION,
  );
  readonly #memory = this.#gauge(
    'care_resident_memory_bytes',
    'Memory of the processes of a version (process isolation, Linux).',
    VERSION,
  );
  readonly #active = this.#gauge(
    'care_active_version_info',
    'Versions that have traffic, with what serves them.',
    [...VERSION, 'sha256', 'device'],
  );
  readonly #weight = this.#gauge('care_traffic_weight', 'Share of the traffic, 0 to 1.', [
    'model',
    'version',
  ]);
  readonly #agreement = this.#gauge(
    'care_shadow_agreement',
    'Mean agreement of a shadow with the live answer, 0 to 1.',
    ['model', 'version'],
  );
  readonly #ready = this.#gauge('care_model_ready', 'Whether a model can take requests.', ['model']);

  constructor(
    register: Registry,
    private readonly models: HostedModels,
  ) {
    for (const gauge of this.#gauges) register.registerMetric(gauge);
  }

  async refresh(): Promise<void> {
    for (const gauge of this.#gauges) gauge.reset();
    for (const { name, deployment } of this.models.all) {
      this.#ready.set({ model: name }, deployment?.ready === true ? 1 : 0);
      for (const version of deployment?.status.versions ?? []) await this.#tell(name, version);
    }
  }

  /** Two contents of one version may be loaded at a time, the old one draining: they are one series. */
  async #tell(model: string, status: VersionStatus): Promise<void> {
    const { servedBy, workers, role, share, inFlight, metrics } = status;
    const version = versionLabel(status.version);
    const labels = { model, version, backend: servedBy?.backend ?? '' };
    if (role !== 'none') this.#weight.inc({ model, version }, share);
    if (metrics.agreement !== undefined) this.#agreement.set({ model, version }, metrics.agreement.value);
    if (servedBy === undefined || workers === undefined) return;
    this.#inFlight.inc(labels, inFlight);
    this.#queue.inc(labels, workers.queued);
    this.#workers.inc(labels, workers.workers);
    this.#restarts.inc(labels, workers.restarts);
    if (role === 'live') {
      const { sha256, device } = servedBy;
      this.#active.set({ ...labels, sha256, device }, 1);
    }
    const bytes = await Promise.all(workers.processes.map(residentBytes));
    for (const resident of bytes) if (resident !== undefined) this.#memory.inc(labels, resident);
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    const gauge = new Gauge({ name, help, labelNames, registers: [] });
    this.#gauges.push(gauge);
    return gauge;
  }
}
