import type { DeploymentSpec, GuardSpec } from '@care/registry-core';
import { parseBySchema, type ConsistencyProblem } from '../json/parse-by-schema.js';
import type { ManifestProblem } from '../problem/manifest-problem.js';
import { deploymentSchema, type DeploymentFile } from './deployment-schema.js';

/** A deployment file, read as far as it goes. `spec` is there when no problem is an error. */
export interface ParsedDeployment {
  /** As the caller named it. */
  readonly file: string;
  readonly spec?: DeploymentSpec;
  readonly problems: readonly ManifestProblem[];
}

/**
 * Parses and validates one deployment file. Never throws for what the text holds.
 * @param source of the result, for people
 */
export function parseDeployment(
  text: string | Uint8Array,
  file: string,
  source: string = file,
): ParsedDeployment {
  const { data, problems } = parseBySchema(text, file, deploymentSchema, checkDeployment);
  return { file, problems, ...(data === undefined ? {} : { spec: toSpec(data, source) }) };
}

function checkDeployment({ traffic, aliases = {}, shadow = [] }: DeploymentFile): ConsistencyProblem[] {
  const problems: ConsistencyProblem[] = [];
  if (traffic !== undefined && !Object.values(traffic).some((weight) => weight > 0)) {
    const found = Object.keys(traffic).length === 0 ? 'no version' : 'weights that are all 0';
    problems.push({
      path: ['traffic'],
      found,
      expected: 'a version with a weight above 0',
      severity: 'error',
    });
  }
  for (const [name, version] of Object.entries(aliases)) {
    if (!Object.hasOwn(aliases, version)) continue;
    const found = `the alias ${JSON.stringify(version)}`;
    problems.push({
      path: ['aliases', name],
      found,
      expected: 'a version, not another alias',
      severity: 'error',
    });
  }
  shadow.forEach((version, index) => {
    if (traffic === undefined || !Object.hasOwn(traffic, version) || (traffic[version] ?? 0) === 0) return;
    const found = `${JSON.stringify(version)}, which has traffic`;
    problems.push({
      path: ['shadow', index],
      found,
      expected: 'a version without traffic',
      severity: 'warning',
    });
  });
  return problems;
}

const DEFAULT_MIN_REQUESTS = 100;

function toSpec(
  { model_id: modelId, traffic, aliases, sticky_by: stickyBy, shadow, guard }: DeploymentFile,
  source: string,
): DeploymentSpec {
  return {
    modelId,
    source,
    ...(traffic === undefined ? {} : { traffic }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(stickyBy === undefined ? {} : { stickyBy }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(guard === undefined ? {} : { guard: toGuard(guard) }),
  };
}

function toGuard(guard: NonNullable<DeploymentFile['guard']>): GuardSpec {
  const {
    max_error_rate: errors,
    max_p95_ratio: p95,
    probe_interval_s: interval,
    max_missed_probes: missed,
  } = guard;
  return {
    minRequests: guard.min_requests ?? DEFAULT_MIN_REQUESTS,
    onBreach: guard.on_breach ?? 'rollback',
    ...(errors === undefined ? {} : { maxErrorRate: errors }),
    ...(p95 === undefined ? {} : { maxP95Ratio: p95 }),
    ...(interval === undefined ? {} : { probeIntervalMs: Math.max(1, Math.round(interval * 1000)) }),
    ...(missed === undefined ? {} : { maxMissedProbes: missed }),
  };
}
