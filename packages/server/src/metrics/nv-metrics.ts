import { Counter, Gauge, type Registry } from 'prom-client';
import type { HostedModels } from '../hosting/hosted-models.js';
import type { RequestTotals, VersionTotals } from './request-totals.js';

const COUNTERS: readonly (readonly [name: string, help: string, value: (totals: VersionTotals) => number])[] =
  [
    [
      'nv_inference_request_success',
      'Number of successful inference requests',
      ({ success }) => success.count,
    ],
    ['nv_inference_count', 'Number of inferences performed', ({ inferences }) => inferences],
    ['nv_inference_exec_count', 'Number of model executions performed', ({ executions }) => executions],
    [
      'nv_inference_request_duration_us',
      'Cumulative inference request duration in microseconds',
      ({ success }) => microseconds(success),
    ],
    [
      'nv_inference_queue_duration_us',
      'Cumulative inference queuing duration in microseconds',
      ({ queue }) => microseconds(queue),
    ],
    [
      'nv_inference_compute_input_duration_us',
      'Cumulative compute input duration in microseconds',
      ({ computeInput }) => microseconds(computeInput),
    ],
    [
      'nv_inference_compute_infer_duration_us',
      'Cumulative compute inference duration in microseconds',
      ({ computeInfer }) => microseconds(computeInfer),
    ],
    [
      'nv_inference_compute_output_duration_us',
      'Cumulative compute output duration in microseconds',
      ({ computeOutput }) => microseconds(computeOutput),
    ],
  ];

/** The names that NVIDIA Triton uses, so that dashboards made for it work. */
export function registerNvMetrics(register: Registry, models: HostedModels, totals: RequestTotals): void {
  const registers = [register];
  for (const [name, help, value] of COUNTERS) {
    new Counter({
      name,
      help,
      labelNames: ['model', 'version'],
      registers,
      collect() {
        this.reset();
        for (const one of totals.all) this.inc({ model: one.model, version: one.version }, value(one));
      },
    });
  }
  new Counter({
    name: 'nv_inference_request_failure',
    help: 'Number of failed inference requests by reason',
    labelNames: ['model', 'version', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { model, version, failuresByCode } of totals.all)
        for (const [code, count] of failuresByCode)
          this.inc({ model, version, reason: reasonOf(code) }, count);
    },
  });
  new Gauge({
    name: 'nv_inference_pending_request_count',
    help: 'Instantaneous number of pending requests awaiting execution',
    labelNames: ['model', 'version'],
    registers,
    collect() {
      this.reset();
      for (const { modelId, status } of models.deployments) {
        for (const { version, workers } of status.versions)
          this.inc({ model: modelId, version: version ?? '' }, workers?.queued ?? 0);
      }
    },
  });
}

function reasonOf(code: string): string {
  if (code === 'OVERLOADED') return 'REJECTED';
  if (code === 'ABORTED') return 'CANCELED';
  return code === 'INFERENCE_FAILED' || code === 'WORKER_CRASHED' ? 'BACKEND' : 'OTHER';
}

function microseconds({ nanoseconds }: { readonly nanoseconds: number }): number {
  return Math.round(nanoseconds / 1000);
}
