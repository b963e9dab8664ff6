import { readFile } from 'node:fs/promises';
import { median, type Profile } from '@care/benchmark';
import { CareError, type ModelPackage } from '@care/registry-core';
import { writeWhole } from '../output/write-whole.js';

/** What a manifest's `benchmarks` say of profiles of its model: the least median by device, of one replica and one image where it was measured. */
export function benchmarksOf(profiles: readonly Profile[]): Record<string, unknown> {
  const plain = profiles.filter(({ identity }) => identity.replicas === 1 && identity.batch === 1);
  const latency: Record<string, number> = {};
  for (const { subject, latency: measured } of plain.length > 0 ? plain : profiles) {
    const ms = Math.round(median(measured.endToEnd) * 100) / 100;
    latency[subject.device] = Math.min(latency[subject.device] ?? Infinity, ms);
  }
  const accuracy = profiles
    .flatMap((profile) => profile.accuracy)
    .find(({ kind, metric }) => kind === 'measured' && metric === 'mAP50');
  const size = Math.min(...profiles.map(({ subject }) => subject.sizeBytes));
  return {
    latency_ms: latency,
    ...(accuracy === undefined ? {} : { mAP50: Math.round(accuracy.value * 10_000) / 10_000 }),
    ...(size > 0 ? { model_size_mb: Math.round(size / 1e4) / 100 } : {}),
  };
}

/**
 * Puts benchmarks into a manifest; what else it says, its order and its indentation stay.
 * @returns what was written, undefined when nothing changed
 * @throws CareError OUTPUT_FAILED
 */
export async function writeBenchmarks(
  model: ModelPackage,
  profiles: readonly Profile[],
): Promise<string | undefined> {
  const { source, modelId } = model;
  if (source?.endsWith('.json') !== true) {
    throw new CareError('OUTPUT_FAILED', `"${modelId}" has no manifest file that could be written to.`, {
      remedy: 'Only models of local manifests can be written back to.',
    });
  }
  const content = await readFile(source, 'utf8').catch((cause: unknown) => {
    throw new CareError('OUTPUT_FAILED', `The manifest ${source} cannot be read.`, { cause });
  });
  const changed = withBenchmarks(content, benchmarksOf(profiles));
  if (changed === content) return undefined;
  await writeWhole(source, changed, 'The manifest');
  return source;
}

/** A manifest's text with other benchmarks; devices that were not measured now keep what was said of them. */
export function withBenchmarks(content: string, benchmarks: Readonly<Record<string, unknown>>): string {
  const mark = content.startsWith('\u{feff}') ? '\u{feff}' : '';
  const manifest: unknown = JSON.parse(content.slice(mark.length));
  if (!isRecord(manifest)) throw new CareError('MANIFEST_INVALID', 'a manifest is a JSON object');
  const before = isRecord(manifest.benchmarks) ? manifest.benchmarks : {};
  const latency = { ...record(before.latency_ms), ...record(benchmarks.latency_ms) };
  const next = { ...manifest, benchmarks: { ...before, ...benchmarks, latency_ms: latency } };
  const [, indent] = /\n([ \t]+)"/.exec(content) ?? [];
  const ending = content.endsWith('\n') ? '\n' : '';
  return `${mark}${JSON.stringify(next, null, indent)}${ending}`;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
