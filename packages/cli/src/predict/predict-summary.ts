import type { ServedBy } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import { printable } from '../output/printable.js';
import { count, formatDuration } from '../output/quantity.js';
import { shownPath } from './annotated-names.js';
import type { Outcome } from './outcome.js';

/** Counts what became of the pictures of one run. */
export class PredictSummary {
  readonly total: number;
  done = 0;
  failed = 0;
  /** Rows over all pictures: objects, persons, classes. */
  found = 0;
  saved = 0;
  readonly #begin = performance.now();

  constructor(total: number) {
    this.total = total;
  }

  add(outcome: Outcome): void {
    if ('error' in outcome) {
      this.failed += 1;
      return;
    }
    this.done += 1;
    this.found += outcome.prediction.predictions.length;
    if (outcome.saved !== undefined) this.saved += 1;
  }

  get elapsedMs(): number {
    return performance.now() - this.#begin;
  }
}

/** `63 done, 1 failed: 312 objects in 5.3 s (12.1 images/s)`, what answered, and where the pictures are. */
export function formatSummary(
  summary: PredictSummary,
  by: ServedBy,
  noun: readonly [one: string, many: string],
  saveTo: string | undefined,
  io: CliIo,
): string {
  const { total, done, failed, found, saved, elapsedMs } = summary;
  const missing = total - done - failed;
  const counts = [
    `${done} done`,
    `${failed} failed`,
    ...(missing === 0 ? [] : [`${missing} not begun or cancelled`]),
  ];
  const rate = (done * 1000) / Math.max(1, elapsedMs);
  const speed = total === 1 ? '' : ` (${rate.toFixed(1)} images/s)`;
  const version = by.version === undefined ? '' : `@${by.version}`;
  const lines = [
    `${counts.join(', ')}: ${count(found, ...noun)} in ${formatDuration(elapsedMs)}${speed}`,
    `model: ${by.registry}:${by.id}${version}, variant ${by.variant}, on ${by.backend}/${by.device}`,
  ];
  if (saveTo !== undefined)
    lines.push(`${count(saved, 'annotated picture')} in ${shownPath(saveTo, io.cwd)}`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}
