import type { EstimateDocument, MetricsDocument, VersionDocument } from './documents.js';
import { duration, percent, fine, plain, type Figure } from './figures.js';

type EstimateName = {
  [Key in keyof MetricsDocument]: MetricsDocument[Key] extends EstimateDocument | null ? Key : never;
}[keyof MetricsDocument];

/** One line of the comparison. */
export interface ComparedMetric {
  readonly name: EstimateName;
  readonly title: string;
  readonly figure: Figure;
  /** What a value that is lower, or higher, than that of the other version means; absent where the figure compares by itself. */
  readonly words?: { readonly lower: string; readonly higher: string };
}

export const COMPARED: readonly ComparedMetric[] = [
  {
    name: 'error_rate',
    title: 'Error rate',
    figure: percent,
    words: { lower: 'fewer errors', higher: 'more errors' },
  },
  {
    name: 'p50',
    title: 'Latency p50',
    figure: duration,
    words: { lower: 'faster at p50', higher: 'slower at p50' },
  },
  {
    name: 'p95',
    title: 'Latency p95',
    figure: duration,
    words: { lower: 'faster at p95', higher: 'slower at p95' },
  },
  {
    name: 'predictions_per_image',
    title: 'Predictions per image',
    figure: plain,
    words: { lower: 'fewer predictions', higher: 'more predictions' },
  },
  {
    name: 'mean_confidence',
    title: 'Mean confidence',
    figure: fine,
    words: { lower: 'less confident', higher: 'more confident' },
  },
  { name: 'agreement', title: 'Agreement with live', figure: percent },
];

export const NO_DIFFERENCE = 'no difference seen';

/** The estimate of a version as it came over the wire, or null without observations. */
export function estimateOf(version: VersionDocument, name: EstimateName): EstimateDocument | null {
  return version.metrics[name];
}

/**
 * A difference is told where the two 95 % intervals do not overlap, and nowhere else: intervals that just touch or overlap say
 * nothing either way.
 */
export function verdict(
  { words }: Pick<ComparedMetric, 'words'>,
  candidate: EstimateDocument | null,
  baseline: EstimateDocument | null,
): string | undefined {
  if (words === undefined || candidate === null || baseline === null) return undefined;
  if ((candidate.high ?? Infinity) < (baseline.low ?? -Infinity)) return words.lower;
  if ((candidate.low ?? -Infinity) > (baseline.high ?? Infinity)) return words.higher;
  return NO_DIFFERENCE;
}

/** Versions that have something to compare; the one with most traffic, which the others are compared with, comes first. */
export function comparable(versions: readonly VersionDocument[]): VersionDocument[] {
  return versions
    .filter(({ state, metrics }) => state !== 'failed' && metrics.requests > 0)
    .sort((a, b) => b.share - a.share || b.metrics.requests - a.metrics.requests);
}

/** `1.3.0 against 1.2.0: faster, fewer errors.` */
export function summary(
  candidate: VersionDocument,
  baseline: VersionDocument,
  nameOf: (v: VersionDocument) => string,
): string {
  const found = COMPARED.map((metric) =>
    verdict(metric, estimateOf(candidate, metric.name), estimateOf(baseline, metric.name)),
  ).filter((words) => words !== undefined && words !== NO_DIFFERENCE);
  const said = found.length === 0 ? NO_DIFFERENCE : found.join(', ');
  return `${nameOf(candidate)} against ${nameOf(baseline)}: ${said}.`;
}
