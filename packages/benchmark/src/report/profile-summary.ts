import type { Estimate } from '@care/model-manager';
import { profileKey, type Profile } from '../profile/profile.js';
import { accuracyBasis, accuracyOn } from '../selection/accuracy-basis.js';
import { levelThroughput } from '../selection/candidate-figures.js';
import { candidateName } from '../selection/candidate-name.js';
import { percentileFigure, runsNeeded } from '../statistics/early-stopping.js';
import { median, medianInterval, rising } from '../statistics/order-statistics.js';
import { countOutliers } from '../statistics/outliers.js';
import { independentRatio, pairedRatio } from '../statistics/ratio-interval.js';
import { timeVerdict, type Verdict } from '../statistics/verdict.js';

/** A percentile of the latencies, or how many runs it would need. */
export type PercentileSummary =
  | { readonly percentile: number; readonly value: number; readonly upper: number }
  | { readonly percentile: number; readonly needs: number };

/** A profile in figures. Plain JSON; bounds that are not known are null. Times in milliseconds, memory and sizes in megabytes (10^6 bytes). */
export interface ProfileSummary {
  readonly key: string;
  readonly name: string;
  readonly subject: Profile['subject'];
  readonly running: Pick<Profile['identity'], 'device' | 'threads' | 'replicas' | 'batch' | 'isolation'> & {
    readonly backend: string;
    readonly engineVersion: string | null;
  };
  readonly runs: number;
  readonly outliers: number;
  readonly median: Bounded;
  readonly inferenceMedian: number;
  readonly percentiles: readonly PercentileSummary[];
  /** Images a second by calls in flight, with what it gives at least. */
  readonly throughput: readonly { readonly inFlight: number; readonly value: number; readonly low: number }[];
  readonly loadMs: number;
  readonly memory: { readonly resident: number; readonly peak: number } | null;
  readonly sizeMb: number;
  readonly joulesPerImage: number | null;
  readonly accuracy: readonly Pick<
    Profile['accuracy'][number],
    'kind' | 'metric' | 'value' | 'low' | 'high' | 'images'
  >[];
  readonly stop: Profile['stop'];
  readonly warmUpStable: boolean;
  readonly noise: Profile['noise'];
  readonly measuredAt: string;
  readonly workload: string;
  /** Against the one with the least median: by which factor it is slower. Null for itself. */
  readonly againstFastest: (Bounded & { readonly verdict: Verdict }) | null;
}

export interface Bounded {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export const PERCENTILES = [50, 90, 95, 99] as const;

/** Profiles in figures, each compared with the fastest. */
export function summarizeProfiles(profiles: readonly Profile[]): ProfileSummary[] {
  const [fastest] = profiles.toSorted(
    (a, b) => middle(a) - middle(b) || (profileKey(a.identity) < profileKey(b.identity) ? -1 : 1),
  );
  return profiles.map((profile) => ({
    ...summarize(profile),
    againstFastest: fastest === undefined || profile === fastest ? null : against(fastest, profile),
  }));
}

function summarize(profile: Profile): Omit<ProfileSummary, 'againstFastest'> {
  const { identity, subject, latency, levels, loads, memory, energy, stop, noise } = profile;
  const { device, threads, replicas, batch, isolation, backend } = identity;
  const sorted = rising(latency.endToEnd);
  return {
    key: profileKey(identity),
    name: candidateName(profile),
    subject,
    running: {
      backend: backend.name,
      engineVersion: backend.engineVersion,
      device,
      threads,
      replicas,
      batch,
      isolation,
    },
    runs: sorted.length,
    outliers: countOutliers(sorted),
    median: bounded({ ...medianInterval(turnsOf(profile)), value: median(sorted) }),
    inferenceMedian: median(latency.inference),
    percentiles: PERCENTILES.map((percentile) =>
      sorted.length < runsNeeded(percentile)
        ? { percentile, needs: runsNeeded(percentile) }
        : percentileFigure(sorted, percentile),
    ),
    throughput: levels
      .filter(({ windows }) => windows.length > 0)
      .map((level) => ({
        inFlight: level.inFlight,
        value: median(level.windows),
        low: levelThroughput(level),
      })),
    loadMs: Math.max(...loads),
    memory: memory === null ? null : { resident: memory.residentBytes / 1e6, peak: memory.peakBytes / 1e6 },
    sizeMb: subject.sizeBytes / 1e6,
    joulesPerImage: energy?.joulesPerImage ?? null,
    accuracy: profile.accuracy.map(({ kind, metric, value, low, high, images }) => ({
      kind,
      metric,
      value,
      low,
      high,
      images,
    })),
    stop,
    warmUpStable: latency.warmUpStable,
    noise,
    measuredAt: profile.measuredAt,
    workload: profile.workload.description,
  };
}

function against(fastest: Profile, profile: Profile): Bounded & { verdict: Verdict } {
  const same = fastest.session === profile.session;
  const paired = same ? pairedRatio(gapped(fastest), gapped(profile)) : undefined;
  const ratio =
    paired !== undefined && Number.isFinite(paired.high)
      ? paired
      : independentRatio(turnsOf(fastest), turnsOf(profile));
  return { ...bounded(ratio), verdict: timeVerdict(ratio) };
}

function gapped({ latency }: Profile): number[] {
  return latency.turns.map((turn) => turn ?? NaN);
}

function turnsOf({ latency }: Profile): number[] {
  return latency.turns.filter((turn) => turn !== null);
}

function middle({ latency }: Profile): number {
  return median(latency.endToEnd);
}

function bounded({ value, low, high }: Estimate): Bounded {
  return { value, low: Number.isFinite(low) ? low : null, high: Number.isFinite(high) ? high : null };
}

/** The accuracy that profiles are compared by, of each, in their order. */
export function comparedAccuracy(profiles: readonly Profile[]) {
  const basis = accuracyBasis(profiles);
  return { basis, figures: profiles.map((profile) => accuracyOn(profile, basis)) };
}
