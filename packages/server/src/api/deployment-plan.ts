import { deploymentSpecSchema } from '@care/registry-core';
import type { DeploymentPlan } from '@care/model-manager';
import { badRequest } from '../http/request-refused.js';

const MAX_DETAIL = 500;

/** The plan that a body states, in the words of `<model_id>.deployment.json`. @throws RequestRefused 400 that names the field */
export function deploymentPlan(modelId: string, body: Partial<Record<string, unknown>>): DeploymentPlan {
  const { traffic, shadow, sticky_by: stickyBy, guard, detail } = body;
  const stated = {
    modelId,
    traffic,
    shadow,
    stickyBy,
    guard: guard === undefined ? undefined : guardOf(guard),
  };
  const given = Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
  const parsed = deploymentSpecSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badRequest(`${issue?.path.join('.') ?? 'the body'}: ${issue?.message ?? 'not valid'}`);
  }
  const spec = parsed.data;
  if (spec.traffic === undefined)
    throw badRequest('traffic: must give weights by version, e.g. {"1.2.0": 90, "1.3.0": 10}');
  return {
    traffic: spec.traffic,
    ...(spec.shadow === undefined ? {} : { shadow: spec.shadow }),
    ...(spec.stickyBy === undefined ? {} : { stickyBy: spec.stickyBy }),
    ...(spec.guard === undefined ? {} : { guard: spec.guard }),
    detail: detailOf(detail) ?? 'asked over HTTP',
  };
}

/** @throws RequestRefused 400 */
export function detailOf(detail: unknown): string | undefined {
  if (detail === undefined) return undefined;
  if (typeof detail === 'string' && detail.length <= MAX_DETAIL) return detail;
  throw badRequest(`detail: must be a text of at most ${MAX_DETAIL} characters`);
}

function guardOf(guard: unknown): unknown {
  if (typeof guard !== 'object' || guard === null) return guard;
  const words: Partial<Record<string, unknown>> = { ...guard };
  const given = {
    minRequests: words.min_requests,
    maxErrorRate: words.max_error_rate,
    maxP95Ratio: words.max_p95_ratio,
    probeIntervalMs: words.probe_interval_ms,
    maxMissedProbes: words.max_missed_probes,
    onBreach: words.on_breach,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
