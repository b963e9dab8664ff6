import type { ModelPackage } from '@care/registry-core';
import { coarseScale, type OutputAgreement, type OutputFacts } from '@care/registry-core/agreement';

/** Values of a row before its scores: the box. YOLOv5 and YOLOX have an objectness between the two. */
const BOX_VALUES = 4;
/** Lists of fewer rows (end-to-end models, queries) may well be all alike; grids of anchors never are. */
const GRID_ROWS = 1000;

/**
 * The class scores that a candidate lost and the reference has, and why, in plain words; undefined when it did not lose them all. Read
 * where detectors keep them: after the four values of the box, with or without an objectness.
 */
export function lostScores(model: ModelPackage, outputs: readonly OutputAgreement[]): string | undefined {
  for (const output of outputs) {
    const lost = output.channels?.flat.candidate.filter(({ collapsed }) => collapsed) ?? [];
    const value = lost.length === 0 ? undefined : onlyScore(model, output, 'candidate');
    if (value === undefined) continue;
    return told(value, coarseScale(output.candidate, lost) === undefined ? undefined : output.candidate);
  }
  return undefined;
}

/** Class scores of the reference that are one and the same number on a whole grid of anchors, which no working model gives. */
export function deadScores(model: ModelPackage, outputs: readonly OutputAgreement[]): string | undefined {
  for (const output of outputs) {
    const { reference, channels } = output;
    const rows = (reference?.dims ?? []).reduce((product, dim) => product * dim, 1) / (channels?.count ?? 1);
    const allAlike = channels?.flat.reference.length === channels?.count;
    const value = rows <= GRID_ROWS || allAlike ? undefined : onlyScore(model, output, 'reference');
    if (value !== undefined) return told(value, reference);
  }
  return undefined;
}

/** The number that every class score is. */
function onlyScore(
  { classNames }: ModelPackage,
  { channels }: OutputAgreement,
  side: 'reference' | 'candidate',
): number | undefined {
  if (channels?.axis === undefined) return undefined;
  const places = new Map(channels.flat[side].map(({ channel, value }) => [channel, value]));
  const first = channels.count === BOX_VALUES + 1 + classNames.length ? BOX_VALUES + 1 : BOX_VALUES;
  const value = places.get(first);
  return classNames.every((_, index) => places.has(first + index) && places.get(first + index) === value)
    ? value
    : undefined;
}

function told(value: number, facts: OutputFacts | undefined): string {
  const what = `every class score is ${Number(value.toPrecision(3))}`;
  const levels = facts?.levels;
  if (levels === undefined) return what;
  const steps = `${levels.count} different numbers, ${levels.step.toFixed(2)} apart`;
  return `${what}; boxes and scores seem to share one output scale (${steps}): quantise again with separate outputs for both, or leave the head in float`;
}
