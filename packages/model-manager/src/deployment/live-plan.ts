import type { GuardSpec } from '@care/registry-core';
import type { Traffic } from './deployment.js';
import type { LiveVersion } from './live-version.js';

export interface LiveArm {
  /** What keys are hashed with: the version, so that a reload of its content moves nobody. */
  readonly id: string;
  readonly version: LiveVersion;
  readonly weight: number;
}

/** Which loaded versions serve. Never changed: a switch puts another plan in its place. */
export interface LivePlan {
  readonly generation: number;
  readonly arms: readonly LiveArm[];
  readonly shadow: readonly LiveVersion[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly stickyBy?: string | undefined;
  readonly guard?: GuardSpec | undefined;
}

export function trafficOf({ arms }: LivePlan): Traffic {
  return Object.fromEntries(arms.map(({ id, weight }) => [id, weight]));
}

/** Of the traffic, 0..1. */
export function shareOf(version: LiveVersion, { arms }: LivePlan): number {
  const sum = arms.reduce((total, { weight }) => total + weight, 0);
  const own = arms.reduce((total, arm) => total + (arm.version === version ? arm.weight : 0), 0);
  return sum === 0 ? 0 : own / sum;
}

export function versionsOf({ arms, shadow }: LivePlan): Set<LiveVersion> {
  return new Set([...arms.map(({ version }) => version), ...shadow]);
}

/** Whether two plans say the same of the same loaded versions. */
export function samePlan(a: LivePlan, b: LivePlan): boolean {
  return (
    a.arms.length === b.arms.length &&
    a.arms.every((arm) =>
      b.arms.some((other) => other.version === arm.version && other.weight === arm.weight),
    ) &&
    a.shadow.length === b.shadow.length &&
    a.shadow.every((version) => b.shadow.includes(version)) &&
    a.stickyBy === b.stickyBy &&
    JSON.stringify([a.aliases, a.guard]) === JSON.stringify([b.aliases, b.guard])
  );
}
