import type { DeploymentEvent, DeploymentStatus, VersionStatus } from '@care/model-manager';
import type { GuardSpec, SerializedError } from '@care/registry-core';
import type { HostedModel } from '../hosting/hosted-models.js';
import { publicError } from '../http/error-answer.js';

/** Errors as anybody may read them, or, for who has the admin token, as they are. */
export type TellError = (error: SerializedError) => object;

export const tellPublicly: TellError = publicError;
export const tellAll: TellError = ({ code, message, remedy, causes }) => ({ code, message, remedy, causes });

/** A model and its versions, without figures that take long to compute. */
export function modelSummary(model: HostedModel, tell: TellError): object {
  const { name, state, error, deployment } = model;
  const signature = deployment?.signature();
  return {
    id: name,
    state,
    ready: deployment?.ready ?? false,
    ...(signature === undefined ? {} : { task: signature.task, class_names: signature.classNames }),
    ...(error === undefined ? {} : { error: tell(error) }),
    ...(deployment === undefined ? {} : deploymentStatus(deployment.status, tell)),
  };
}

function deploymentStatus(status: DeploymentStatus, tell: TellError): object {
  const { generation, traffic, shadow, aliases, stickyBy, guard, versions, latched, rollbackTo, problem } =
    status;
  return {
    generation,
    traffic,
    shadow,
    aliases,
    sticky_by: stickyBy ?? null,
    guard: guard === undefined ? null : guardDocument(guard),
    latched,
    rollback_to: rollbackTo ?? null,
    problem: problem === undefined ? null : tell(problem),
    versions: versions.map((version) => versionStatus(version, tell)),
  };
}

/** In the words of `<model_id>.deployment.json`, so that what was read can be sent back. */
function guardDocument(guard: GuardSpec): object {
  return {
    min_requests: guard.minRequests,
    max_error_rate: guard.maxErrorRate,
    max_p95_ratio: guard.maxP95Ratio,
    probe_interval_ms: guard.probeIntervalMs,
    max_missed_probes: guard.maxMissedProbes,
    on_breach: guard.onBreach,
  };
}

function versionStatus(version: VersionStatus, tell: TellError): object {
  const { servedBy, signature, workers, error, readyAt, loadMs, inFlight, metrics, ...rest } = version;
  return {
    ...rest,
    in_flight: inFlight,
    ready_at: readyAt ?? null,
    load_ms: loadMs ?? null,
    ...(servedBy === undefined
      ? {}
      : {
          registry: servedBy.registry,
          variant: servedBy.variant,
          backend: servedBy.backend,
          device: servedBy.device,
          sha256: servedBy.sha256,
          ...(servedBy.stale === undefined ? {} : { stale: servedBy.stale }),
        }),
    ...(signature === undefined
      ? {}
      : { format: signature.format, inputs: signature.inputs, outputs: signature.outputs }),
    ...(workers === undefined ? {} : { workers }),
    ...(error === undefined ? {} : { error: tell(error) }),
    metrics: {
      requests: metrics.requests,
      errors: metrics.errors,
      errors_by_code: metrics.errorsByCode,
      error_rate: metrics.errorRate ?? null,
      latency: metrics.latency,
      p50: metrics.p50 ?? null,
      p95: metrics.p95 ?? null,
      predictions_per_image: metrics.predictionsPerImage ?? null,
      mean_confidence: metrics.meanConfidence ?? null,
      agreement: metrics.agreement ?? null,
      dropped: metrics.dropped,
    },
  };
}

/** An event as it is told on the stream. */
export function eventDocument(event: DeploymentEvent, tell: TellError): object {
  const { modelId, ...rest } = event;
  if ('error' in event) return { model: modelId, ...rest, error: tell(event.error) };
  return { model: modelId, ...rest };
}
