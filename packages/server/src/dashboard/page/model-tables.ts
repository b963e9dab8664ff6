import type { DeploymentRecord } from '@care/model-manager';
import { COMPARED, estimateOf, NO_DIFFERENCE, verdict } from './comparison.js';
import type { ModelDocument, VersionDocument } from './documents.js';
import {
  count,
  duration,
  figureOr,
  interval,
  NO_FIGURE,
  percent,
  perSecond,
  timeOf,
  trimmed,
} from './figures.js';
import type { Cell, Column } from './table.js';
import type { VersionLines } from './version-lines.js';
import { describeTraffic, failureText, versionLabels, versionName } from './version-words.js';

export const VERSION_COLUMNS: readonly Column[] = [
  { title: 'Version' },
  { title: 'State' },
  { title: 'Role' },
  { title: 'Traffic', numeric: true },
  { title: 'Per second', numeric: true },
  { title: 'In flight', numeric: true },
  { title: 'Requests', numeric: true },
  { title: 'Errors', numeric: true },
  { title: 'Runs on' },
  { title: 'Ready since' },
];

export function versionRows(status: ModelDocument, lines: VersionLines): Cell[][] {
  const labels = versionLabels(status.versions);
  return status.versions.map((version): Cell[] => {
    const { id, state, role, share, metrics, error, sha256, backend, device, variant, registry } = version;
    const slot = lines.slotOf(id);
    const held = status.latched.includes(version.version ?? '') && role !== 'live';
    const errors = Object.entries(metrics.errors_by_code).map(([code, times]) => `${code} ${count(times)}`);
    return [
      {
        text: labels.get(id) ?? id,
        ...(sha256 === undefined ? {} : { note: sha256.slice(0, 12) }),
        ...(slot === undefined ? {} : { slot }),
      },
      {
        text: state,
        look: `state-${state}`,
        ...(error === undefined ? {} : { note: failureText(error) }),
      },
      { text: role, ...(held ? { note: 'held after a rollback' } : {}) },
      { text: role === 'live' ? trimmed(percent)(share) : NO_FIGURE },
      { text: figureOr(perSecond, lines.latest(id)?.rate) },
      { text: count(version.in_flight) },
      {
        text: count(metrics.requests),
        ...(metrics.dropped > 0 ? { note: `${count(metrics.dropped)} copies dropped` } : {}),
      },
      { text: count(metrics.errors), note: errors.join(', ') },
      backend === undefined
        ? { text: NO_FIGURE }
        : {
            text: `${backend}, ${device ?? ''}`,
            note: `${variant ?? ''}, ${registry ?? ''}`,
          },
      {
        text: version.ready_at === null ? NO_FIGURE : timeOf(version.ready_at),
        ...(version.load_ms === null ? {} : { note: `loaded in ${duration(version.load_ms / 1000)}` }),
      },
    ];
  });
}

/** @param versions the one that the others are compared with first */
export function comparisonColumns(
  versions: readonly VersionDocument[],
  labels: ReadonlyMap<string, string>,
): Column[] {
  return [
    { title: '' },
    ...versions.map(({ id, role }) => ({ title: `${labels.get(id) ?? id} (${role})`, numeric: true })),
  ];
}

export function comparisonRows(versions: readonly VersionDocument[]): Cell[][] {
  const [baseline] = versions;
  return COMPARED.map((metric): Cell[] => [
    { text: metric.title },
    ...versions.map((version): Cell => {
      const estimate = estimateOf(version, metric.name);
      if (estimate === null) return { text: NO_FIGURE };
      const other = baseline === undefined || version === baseline ? null : estimateOf(baseline, metric.name);
      const words = verdict(metric, estimate, other);
      const range = interval(metric.figure, estimate);
      return {
        text: metric.figure(estimate.value),
        note: words === undefined ? range : `${range}\n${words}`,
        look: words === undefined || words === NO_DIFFERENCE ? '' : 'different',
      };
    }),
  ]);
}

export const HISTORY_COLUMNS: readonly Column[] = [{ title: 'When' }, { title: 'Why' }, { title: 'Live' }];

const REASONS: Readonly<Record<DeploymentRecord['reason'], string>> = {
  start: 'start',
  registry: 'files changed',
  deploy: 'deployed',
  rollback: 'rolled back',
  guard: 'rolled back by the guard',
};

/** @param history oldest first; shown newest first */
export function historyRows(history: readonly DeploymentRecord[]): Cell[][] {
  return history.toReversed().map(({ at, reason, detail, traffic, shadow, sha256, generation }) => [
    { text: timeOf(at), note: `generation ${String(generation)}` },
    { text: REASONS[reason], note: detail, look: reason === 'guard' || reason === 'rollback' ? 'back' : '' },
    { text: describeTraffic(traffic), note: contentNote(shadow, sha256) },
  ]);
}

function contentNote(shadow: DeploymentRecord['shadow'], sha256: DeploymentRecord['sha256']): string {
  const hashes = Object.values(sha256).map((hash) => hash.slice(0, 12));
  const shadows = shadow.length === 0 ? [] : [`shadow: ${shadow.map(versionName).join(', ')}`];
  return [...shadows, hashes.join(', ')].join('\n');
}
