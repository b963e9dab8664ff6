import type { DeploymentReason, DeploymentRecord } from './deployment.js';
import { trafficOf, versionsOf, type LivePlan } from './live-plan.js';

const DEFAULT_LIMIT = 200;

/** What went live, when and why, oldest first; the oldest are forgotten. */
export class DeploymentHistory {
  readonly #records: DeploymentRecord[] = [];

  constructor(
    private readonly limit = DEFAULT_LIMIT,
    private readonly onChange: () => void = () => undefined,
  ) {}

  /** Puts those of an earlier life before those of this one. */
  restore(records: readonly DeploymentRecord[]): void {
    this.#records.unshift(...records.slice(-this.limit));
  }

  get records(): readonly DeploymentRecord[] {
    return [...this.#records];
  }

  add(plan: LivePlan, reason: DeploymentReason, detail: string): DeploymentRecord {
    const record: DeploymentRecord = {
      generation: plan.generation,
      at: new Date().toISOString(),
      reason,
      detail,
      traffic: trafficOf(plan),
      shadow: plan.shadow.map(({ version }) => version ?? ''),
      sha256: Object.fromEntries(
        [...versionsOf(plan)].map(({ version, servedBy }) => [version ?? '', servedBy?.sha256 ?? '']),
      ),
    };
    this.#records.push(record);
    if (this.#records.length > this.limit) this.#records.shift();
    this.onChange();
    return record;
  }
}
