import type { DeploymentEventBody, DeploymentReason, DeploymentRecord, VersionStatus } from './deployment.js';
import type { DeploymentHistory } from './deployment-history.js';
import { GuardDuty, guardRoles } from './guard-duty.js';
import type { GuardBreach } from './guard.js';
import { shareOf, versionsOf, type LivePlan } from './live-plan.js';
import type { LiveVersion } from './live-version.js';
import type { RollbackLatches } from './rollback-latches.js';
import type { VersionShelf } from './version-shelf.js';

export interface PlanSwitchParts {
  readonly shelf: VersionShelf;
  readonly latches: RollbackLatches;
  readonly history: DeploymentHistory;
  /** Milliseconds that what has no traffic any more stays ready. */
  readonly keepWarmMs: number;
  emit(generation: number, event: DeploymentEventBody): void;
  /** A guard of the plan that is live found a breach. */
  breached(plan: LivePlan, version: string | null, breach: GuardBreach): void;
}

/** Plans that a row of rollbacks can go back to. */
const EARLIER_PLANS = 10;

/** The plan that is live, those that were before it, and what belongs to putting another in its place. */
export class PlanSwitch {
  readonly #parts: PlanSwitchParts;
  #live: LivePlan | undefined;
  /** Latest last. */
  readonly #earlier: LivePlan[] = [];
  #guard: GuardDuty | undefined;

  constructor(parts: PlanSwitchParts) {
    this.#parts = parts;
  }

  get live(): LivePlan | undefined {
    return this.#live;
  }

  /** What a rollback goes back to. */
  get before(): LivePlan | undefined {
    return this.#earlier.at(-1);
  }

  statusOf(version: LiveVersion): VersionStatus {
    const plan = this.#live;
    if (plan?.arms.some((arm) => arm.version === version) === true) {
      return version.status('live', shareOf(version, plan));
    }
    if (plan?.shadow.includes(version) === true) return version.status('shadow', 0);
    return version.status(this.#parts.shelf.isStandby(version) ? 'standby' : 'none', 0);
  }

  /** The switch itself is one assignment; the rest is book-keeping. */
  to(plan: LivePlan, reason: DeploymentReason, detail: string): DeploymentRecord {
    const before = this.#live;
    this.#live = plan;
    const forward = reason !== 'rollback' && reason !== 'guard';
    if (before !== undefined && forward) this.#earlier.push(before);
    if (this.#earlier.length > EARLIER_PLANS) this.#earlier.shift();
    const record = this.#parts.history.add(plan, reason, detail);
    const loadMs = Math.max(0, ...[...versionsOf(plan)].map((version) => version.loadMs ?? 0));
    this.#parts.emit(plan.generation, { kind: 'switched', record, loadMs });
    this.#shelve(plan, before);
    this.#guard?.end();
    this.#guard = forward ? this.#guardNewcomers(plan, before) : undefined;
    return record;
  }

  /** As `to`, to what was before: what only the plan until now gave traffic to is latched. */
  back(plan: LivePlan, reason: 'rollback' | 'guard', detail: string, specKey: string): DeploymentRecord {
    const kept = new Set(plan.arms.map(({ version }) => version));
    for (const { version } of this.#live?.arms ?? []) {
      if (!kept.has(version)) this.#parts.latches.set(version, specKey);
    }
    this.#earlier.pop();
    return this.to(plan, reason, detail);
  }

  /** Puts the same plan with its versions loaded again in the place of the one that is live. */
  reloaded(plan: LivePlan): void {
    this.#live = plan;
  }

  end(): void {
    this.#guard?.end();
  }

  /** What served until now stays ready for a while; what served before that, or cannot serve any more, is ended. */
  #shelve(plan: LivePlan, before: LivePlan | undefined): void {
    const { shelf, keepWarmMs } = this.#parts;
    const serving = versionsOf(plan);
    for (const version of serving) shelf.serve(version);
    for (const version of shelf.standby) void shelf.retire(version);
    if (before === undefined) return;
    for (const version of versionsOf(before)) {
      if (serving.has(version)) continue;
      if (version.state === 'ready') shelf.keepWarm(version, keepWarmMs);
      else if (version.state === 'failed') void shelf.retire(version);
    }
  }

  #guardNewcomers(plan: LivePlan, before: LivePlan | undefined): GuardDuty | undefined {
    if (plan.guard === undefined) return undefined;
    const { newcomers, baseline } = guardRoles(plan, before);
    return new GuardDuty(plan.guard, newcomers, baseline, ({ version }, breach) => {
      if (this.#live === plan) this.#parts.breached(plan, version, breach);
    });
  }
}
