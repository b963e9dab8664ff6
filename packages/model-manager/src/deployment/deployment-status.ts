import type { SerializedError } from '@care/registry-core';
import type { DeploymentStatus } from './deployment.js';
import { trafficOf } from './live-plan.js';
import type { PlanSwitch } from './plan-switch.js';
import type { RollbackLatches } from './rollback-latches.js';
import type { VersionShelf } from './version-shelf.js';

export interface StatusParts {
  readonly modelId: string;
  readonly plans: PlanSwitch;
  readonly shelf: VersionShelf;
  readonly latches: RollbackLatches;
  readonly problem: SerializedError | undefined;
}

/** Everything about a deployment as it stands, for people and machines. */
export function deploymentStatus({ modelId, plans, shelf, latches, problem }: StatusParts): DeploymentStatus {
  const { live: plan, before } = plans;
  return {
    modelId,
    generation: plan?.generation ?? 0,
    traffic: plan === undefined ? {} : trafficOf(plan),
    shadow: plan?.shadow.map(({ version }) => version ?? '') ?? [],
    aliases: plan?.aliases ?? {},
    ...(plan?.stickyBy === undefined ? {} : { stickyBy: plan.stickyBy }),
    ...(plan?.guard === undefined ? {} : { guard: plan.guard }),
    versions: shelf.all.map((version) => plans.statusOf(version)),
    latched: latches.versions,
    ...(before === undefined ? {} : { rollbackTo: trafficOf(before) }),
    ...(problem === undefined ? {} : { problem }),
  };
}
