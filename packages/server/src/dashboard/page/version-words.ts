import type { Traffic } from '@care/model-manager';
import type { Failure, VersionDocument } from './documents.js';

/** How people read a version: null and `''` are the unversioned one. */
export function versionName(version: string | null): string {
  return version === null || version === '' ? 'unversioned' : version;
}

/** `1.2.0 (90 %), 1.3.0 (10 %)`, and the name alone when it has all the traffic. */
export function describeTraffic(traffic: Traffic): string {
  const arms = Object.entries(traffic).filter(([, weight]) => weight > 0);
  const total = arms.reduce((sum, [, weight]) => sum + weight, 0);
  if (arms.length === 0) return 'nothing';
  if (arms.length === 1) return versionName(arms[0]?.[0] ?? '');
  return arms
    .map(([version, weight]) => `${versionName(version)} (${String(Math.round((100 * weight) / total))} %)`)
    .join(', ');
}

/** Names of versions that tell them apart: with the digits of the content where two contents of one version are there. */
export function versionLabels(versions: readonly VersionDocument[]): ReadonlyMap<string, string> {
  const seen = new Map<string | null, number>();
  for (const { version } of versions) seen.set(version, (seen.get(version) ?? 0) + 1);
  return new Map(
    versions.map((one) => [one.id, (seen.get(one.version) ?? 0) > 1 ? one.id : versionName(one.version)]),
  );
}

/** All of a failure in one line. */
export function failureText({ code, message, remedy }: Failure): string {
  return [`${code}: ${message}`, remedy ?? ''].join(' ').trim();
}
