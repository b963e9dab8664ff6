import type { Hardware } from '../hardware/hardware.js';
import { medianPrecision } from '../statistics/stop-rule.js';
import { contentHash } from './canonical-json.js';
import type { AccuracyFigure, Profile } from './profile.js';

export const SOME_HARDWARE: Hardware = {
  cpu: { model: 'Testcore 9', flagsSha256: contentHash('flags'), extensions: ['avx2'], logicalCores: 4 },
  memoryBytes: 8 * 2 ** 30,
  gpus: [],
  os: { platform: 'linux', release: '6.1.0', arch: 'x64' },
  node: '20.20.2',
  limits: { cores: 4, cpuQuota: null, memoryBytes: null },
};

export interface ProfileFacts {
  readonly model?: string;
  readonly variant?: string;
  readonly precision?: string;
  readonly device?: string;
  readonly threads?: number | null;
  readonly replicas?: number;
  readonly batch?: number;
  /** Milliseconds of every run; one turn each. */
  readonly runs?: readonly number[];
  readonly accuracy?: readonly AccuracyFigure[];
  readonly loads?: readonly number[];
  readonly peakBytes?: number | null;
  readonly sizeBytes?: number;
  readonly session?: string;
  readonly measuredAt?: string;
}

/** A profile of a candidate that was never measured, valid in every field. */
export function profileOf(facts: ProfileFacts = {}): Profile {
  const { model = 'detector', variant = 'onnx-fp32', device = 'cpu', threads = 1 } = facts;
  const { replicas = 1, batch = 1, peakBytes = 200e6, sizeBytes = 12e6 } = facts;
  const runs = [...(facts.runs ?? Array.from({ length: 100 }, (_, index) => 20 + (index % 5) * 0.1))];
  const precision = medianPrecision(runs);
  return {
    schema: 1,
    identity: {
      artifacts: { 'model.onnx': contentHash([model, variant]) },
      settings: contentHash(model),
      backend: {
        name: 'ort',
        package: '@care/backend-ort',
        packageVersion: '1.0.0',
        engineVersion: '1.30.0',
        options: {},
      },
      device,
      threads,
      replicas,
      batch,
      isolation: 'process',
      hardware: SOME_HARDWARE,
    },
    subject: {
      model,
      version: null,
      task: 'object-detection',
      variant,
      format: 'onnx',
      precision: facts.precision ?? 'fp32',
      device,
      sizeBytes,
    },
    measuredAt: facts.measuredAt ?? '2026-01-02T03:04:05.000Z',
    session: facts.session ?? 'session',
    workload: { description: 'synthetic', sha256: contentHash('pictures'), images: 1 },
    latency: {
      endToEnd: runs,
      inference: runs.map((value) => value * 0.8),
      turns: runs,
      warmUpRuns: 10,
      warmUpStable: true,
    },
    stop: { reason: 'converged', precision: Number.isFinite(precision) ? precision : null },
    loads: [...(facts.loads ?? [400])],
    memory: peakBytes === null ? null : { residentBytes: Math.round(peakBytes * 0.9), peakBytes },
    levels: [
      {
        inFlight: replicas,
        windows: runs.map((value) => (1000 * replicas * batch) / value),
        calls: runs,
      },
    ],
    energy: null,
    accuracy: [...(facts.accuracy ?? [])],
    noise: { spread: 0.02, drift: 0 },
  };
}

/** An accuracy that was measured on the same pictures as every other of this fixture. */
export function measuredAccuracy(value: number, { half = 0.02, images = 64 } = {}): AccuracyFigure {
  return {
    kind: 'measured',
    metric: 'mAP50_95',
    value,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
    images,
    data: contentHash('labelled pictures'),
    replicates: [],
  };
}
