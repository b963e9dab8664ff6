import { LATENCY_BUCKETS, type DeploymentRecord, type HistogramSnapshot } from '@care/model-manager';
import type { EstimateDocument, MetricsDocument, ModelDocument, VersionDocument } from './page/documents.js';

/** @param seconds latencies */
export function histogramOf(seconds: readonly number[]): HistogramSnapshot {
  const cumulative = LATENCY_BUCKETS.map((bound) => seconds.filter((one) => one <= bound).length);
  const sum = seconds.reduce((total, one) => total + one, 0);
  return {
    buckets: LATENCY_BUCKETS,
    cumulative: [...cumulative, seconds.length],
    count: seconds.length,
    sum,
  };
}

export const estimate = (value: number, half: number): EstimateDocument => ({
  value,
  low: value - half,
  high: value + half,
});

export function metricsOf(seconds: readonly number[], rest: Partial<MetricsDocument> = {}): MetricsDocument {
  return {
    requests: seconds.length + (rest.errors ?? 0),
    errors: 0,
    errors_by_code: {},
    latency: histogramOf(seconds),
    error_rate: null,
    p50: null,
    p95: null,
    predictions_per_image: null,
    mean_confidence: null,
    agreement: null,
    dropped: 0,
    ...rest,
  };
}

export function versionDocument(
  version: string | null,
  rest: Partial<VersionDocument> = {},
): VersionDocument {
  const sha256 = (version ?? '0').replaceAll('.', '').padEnd(64, 'ab');
  return {
    id: `${version ?? 'unversioned'}-${sha256.slice(0, 8)}`,
    version,
    state: 'ready',
    role: 'live',
    share: 1,
    in_flight: 0,
    ready_at: '2026-03-01T10:00:00.000Z',
    load_ms: 412,
    registry: 'local-onnx',
    variant: 'onnx-fp32',
    backend: 'onnxruntime',
    device: 'cpu',
    sha256,
    metrics: metricsOf([]),
    ...rest,
  };
}

export function modelDocument(rest: Partial<ModelDocument> = {}): ModelDocument {
  return {
    id: 'fall-detector',
    state: 'serving',
    generation: 1,
    traffic: { '1.2.0': 1 },
    shadow: [],
    aliases: {},
    sticky_by: null,
    guard: null,
    versions: [versionDocument('1.2.0')],
    latched: [],
    rollback_to: null,
    problem: null,
    ...rest,
  };
}

export function deploymentRecord(rest: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    generation: 1,
    at: '2026-03-01T10:00:00.000Z',
    reason: 'start',
    detail: 'first versions',
    traffic: { '1.2.0': 1 },
    shadow: [],
    sha256: { '1.2.0': '120'.padEnd(64, 'ab') },
    ...rest,
  };
}
