import type { Bounded, PercentileSummary, ProfileSummary, Verdict } from '@care/benchmark';

/** Three digits that count: `7.42`, `23.4`, `512`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(3);
}

/** `23.4 ±2 %`; the further bound. */
export function boundedText({ value, low, high }: Bounded): string {
  if (low === null || high === null) return `${figure(value)} ±?`;
  return `${figure(value)} ±${percent(Math.max(value - low, high - value) / value)}`;
}

/** `24.1 <26.0`: observed, and the bound; what the runs cannot carry says how many it needs. */
export function percentileText(summary: PercentileSummary | undefined): string {
  if (summary === undefined) return '-';
  if ('needs' in summary) return `needs ${summary.needs}`;
  return `${figure(summary.value)} <${figure(summary.upper)}`;
}

export function percent(share: number): string {
  const value = share * 100;
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}

const WORDS: Readonly<Record<Verdict, string>> = {
  slower: 'slower',
  faster: 'faster',
  'no-difference': 'no difference',
  inconclusive: 'inconclusive',
};

export function againstText({ againstFastest }: ProfileSummary): string {
  if (againstFastest === null) return 'fastest';
  return `x${againstFastest.value.toFixed(2)} ${WORDS[againstFastest.verdict]}`;
}

/** `0.412 (0.389-0.437)`, `0.5 declared`. */
export function accuracyText({ accuracy: [best] }: ProfileSummary): string {
  if (best === undefined) return '-';
  if (best.kind === 'declared') return `${best.value.toFixed(3)} ${best.metric} declared`;
  return `${best.value.toFixed(3)} (${best.low.toFixed(3)}-${best.high.toFixed(3)}) ${best.metric}`;
}

/** Images a second of the best level, by what it gives at least. */
export function throughputText({ throughput }: ProfileSummary): string {
  const [best] = throughput.toSorted((a, b) => b.low - a.low);
  return best === undefined ? '-' : `${figure(best.value)} >${figure(best.low)}`;
}

export const STOP_WORDS: Readonly<Record<ProfileSummary['stop']['reason'], string>> = {
  converged: 'converged',
  budget: 'budget ended',
  interrupted: 'interrupted',
  eliminated: 'given up',
};
