import {
  CareError,
  formatModelReference,
  type CompositeModelRegistry,
  type DeploymentSpec,
  type GuardSpec,
  type ResolvedModel,
} from '@care/registry-core';
import type { DeploymentPlan } from './deployment.js';

/** What is to be live, resolved and not yet loaded. */
export interface DesiredPlan {
  readonly arms: readonly { readonly resolved: ResolvedModel; readonly weight: number }[];
  readonly shadow: readonly ResolvedModel[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly stickyBy?: string | undefined;
  readonly guard?: GuardSpec | undefined;
  /** False when nobody stated the traffic: the highest version has it. */
  readonly stated: boolean;
  /** Changes when what the registry states does. */
  readonly specKey: string;
}

export interface DesiredSource {
  readonly registry: CompositeModelRegistry;
  /** The one registry that the deployment was asked from, if it was named. */
  readonly registryName?: string | undefined;
  readonly modelId: string;
}

/** What the registry says is to be live: its deployment, otherwise the highest version. @throws CareError */
export async function desiredByRegistry(source: DesiredSource, signal: AbortSignal): Promise<DesiredPlan> {
  const { registry, registryName, modelId } = source;
  const named = registryName === undefined ? {} : { registry: registryName };
  const latest = await registry.resolve(formatModelReference({ ...named, modelId }), { signal });
  const spec = await registry.deployment(latest.registry, modelId, { signal });
  const aliases = spec?.aliases ?? {};
  const pinned = { ...source, registryName: latest.registry };
  return {
    ...(await resolvePlan(pinned, spec ?? {}, aliases, signal, latest)),
    stated: spec?.traffic !== undefined,
    specKey: JSON.stringify(spec ?? null),
  };
}

/** What a host states. @throws CareError DEPLOYMENT_INVALID, MODEL_NOT_FOUND, ... */
export async function desiredByHost(
  source: DesiredSource,
  plan: DeploymentPlan,
  aliases: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<DesiredPlan> {
  if (!Object.values(plan.traffic).some((weight) => weight > 0)) {
    throw new CareError('DEPLOYMENT_INVALID', 'no version of the plan has a weight above 0');
  }
  for (const [version, weight] of Object.entries(plan.traffic)) {
    if (Number.isFinite(weight) && weight >= 0) continue;
    throw new CareError('DEPLOYMENT_INVALID', `the weight of version "${version}" is ${weight}`);
  }
  return { ...(await resolvePlan(source, plan, aliases, signal)), stated: true, specKey: '' };
}

async function resolvePlan(
  { registry, registryName, modelId }: DesiredSource,
  stated: Pick<DeploymentSpec, 'traffic' | 'shadow' | 'stickyBy' | 'guard'>,
  aliases: Readonly<Record<string, string>>,
  signal: AbortSignal,
  latest?: ResolvedModel,
): Promise<Omit<DesiredPlan, 'specKey' | 'stated'>> {
  const named = registryName === undefined ? {} : { registry: registryName };
  const resolve = (name: string): Promise<ResolvedModel> => {
    const selector = Object.hasOwn(aliases, name) ? aliases[name] : name;
    const wanted = selector === undefined || selector === '' ? {} : { selector };
    return registry.resolve(formatModelReference({ ...named, modelId, ...wanted }), { signal });
  };
  const arms =
    stated.traffic === undefined && latest !== undefined
      ? [{ resolved: latest, weight: 1 }]
      : await Promise.all(
          Object.entries(stated.traffic ?? {}).map(async ([name, weight]) => ({
            resolved: await resolve(name),
            weight,
          })),
        );
  return {
    arms,
    shadow: await Promise.all((stated.shadow ?? []).map(resolve)),
    aliases,
    stickyBy: stated.stickyBy,
    guard: stated.guard,
  };
}
