import type { GuardSpec } from '@care/registry-core';
import { GuardWatch, judge, type GuardBreach } from './guard.js';
import type { LivePlan } from './live-plan.js';
import type { LiveVersion } from './live-version.js';

const LOOK_MS = 1000;
const MISSED_PROBES = 3;

/** Watches the newcomers of one plan until it is ended or has found a breach. */
export class GuardDuty {
  readonly #timers: NodeJS.Timeout[] = [];
  #over = false;

  /**
   * @param newcomers versions that have traffic in this plan and had none before
   * @param baseline what they are compared with
   * @param onBreach called at most once
   */
  constructor(
    spec: GuardSpec,
    newcomers: readonly LiveVersion[],
    baseline: LiveVersion | undefined,
    private readonly onBreach: (version: LiveVersion, breach: GuardBreach) => void,
  ) {
    for (const version of newcomers) {
      const watch = new GuardWatch();
      this.#every(LOOK_MS, () => {
        const breach = watch.look(judge(spec, version.metrics.recent, baseline?.metrics.recent));
        if (breach !== undefined) this.#found(version, breach);
      });
      if (spec.probeIntervalMs !== undefined) this.#probe(version, spec.probeIntervalMs, spec);
    }
  }

  end(): void {
    this.#over = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  #every(milliseconds: number, look: () => void): void {
    this.#timers.push(setInterval(look, milliseconds).unref());
  }

  /** A version that does not answer a blank picture within the interval has missed a probe. */
  #probe(version: LiveVersion, intervalMs: number, { maxMissedProbes = MISSED_PROBES }: GuardSpec): void {
    let missed = 0;
    let asking = false;
    const ask = async (): Promise<void> => {
      const { width, height } = version.resolved.package.inputSize;
      const frame = { data: new Uint8Array(width * height), width, height, format: 'gray' } as const;
      try {
        await version.model?.predict(frame, { timeoutMs: intervalMs });
        missed = 0;
      } catch {
        // What the probe is for: the count is the answer.
        missed++;
      }
      if (missed >= maxMissedProbes) {
        this.#found(version, {
          metric: 'probe',
          value: missed,
          bound: maxMissedProbes - 1,
          requests: missed,
        });
      }
    };
    this.#every(intervalMs, () => {
      if (asking) return;
      asking = true;
      void ask().finally(() => (asking = false));
    });
  }

  #found(version: LiveVersion, breach: GuardBreach): void {
    if (this.#over) return;
    this.end();
    this.onBreach(version, breach);
  }
}

/** Who is watched in a plan, and against whom. */
export function guardRoles(
  plan: LivePlan,
  before: LivePlan | undefined,
): { readonly newcomers: readonly LiveVersion[]; readonly baseline: LiveVersion | undefined } {
  const known = new Set(before?.arms.filter(({ weight }) => weight > 0).map(({ version }) => version));
  const serving = plan.arms.filter(({ weight }) => weight > 0);
  const newcomers = serving.filter(({ version }) => !known.has(version)).map(({ version }) => version);
  const byWeight = [...serving].sort((a, b) => b.weight - a.weight);
  const beside = byWeight.find(({ version }) => !newcomers.includes(version))?.version;
  const earlier = before?.arms.toSorted((a, b) => b.weight - a.weight)[0]?.version;
  return { newcomers, baseline: beside ?? earlier };
}
