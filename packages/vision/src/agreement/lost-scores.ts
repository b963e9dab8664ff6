import type { ModelPackage } from '@care/registry-core';
import { coarseScale, type OutputAgreement } from '@care/registry-core/agreement';

/** Values of a row before its scores: the box. YOLOv5 and YOLOX have an objectness between the two. */
const BOX_VALUES = 4;

/**
 * The class scores that a candidate lost, and why, in plain words; undefined when it did not lose them all. Read where detectors keep them:
 * after the four values of the box, with or without an objectness.
 */
export function lostScores(model: ModelPackage, outputs: readonly OutputAgreement[]): string | undefined {
  for (const { candidate, channels } of outputs) {
    const flat = channels?.flat.candidate ?? [];
    const lost = flat.filter(({ collapsed }) => collapsed);
    if (lost.length === 0 || channels?.axis === undefined) continue;
    const classes = model.classNames.length;
    const places = new Map(flat.map(({ channel, value }) => [channel, value]));
    const first = channels.count === BOX_VALUES + 1 + classes ? BOX_VALUES + 1 : BOX_VALUES;
    const scores = Array.from({ length: classes }, (_, index) => places.get(first + index));
    const [value] = scores;
    if (value === undefined || !scores.every((score) => score === value)) continue;
    const what = `every class score is ${Number(value.toPrecision(3))}`;
    return coarseScale(candidate, lost) === undefined ? what : `${what}; ${oneScale(candidate?.levels)}`;
  }
  return undefined;
}

function oneScale(levels: { readonly count: number; readonly step: number } | undefined): string {
  const steps =
    levels === undefined ? '' : ` (${levels.count} different numbers, ${levels.step.toFixed(2)} apart)`;
  return `boxes and scores seem to share one output scale${steps}: quantise again with separate outputs for both, or leave the head in float`;
}
