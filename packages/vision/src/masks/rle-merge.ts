import { CareError } from '@care/registry-core';
import { checkSameSize, type Rle } from './rle.js';
import { RunCollector } from './run-collector.js';

/**
 * Union (the default) or intersection of masks over the same image.
 * @throws CareError INPUT_INVALID when there are none, or their sizes differ
 */
export function mergeRles(masks: readonly Rle[], rule: 'union' | 'intersection' = 'union'): Rle {
  const [first, ...others] = masks;
  if (first === undefined) {
    throw new CareError('INPUT_INVALID', 'no masks to merge', { remedy: 'Give at least one mask.' });
  }
  return others.reduce((merged, mask) => mergeTwo(merged, mask, rule), first);
}

function mergeTwo(a: Rle, b: Rle, rule: 'union' | 'intersection'): Rle {
  checkSameSize(a, b);
  const [runsA, runsB] = [a.counts, b.counts];
  const merged = new RunCollector();
  let [nextA, nextB] = [0, 0];
  let [leftA, leftB] = [0, 0];
  let position = 0;
  for (;;) {
    while (leftA === 0 && nextA < runsA.length) leftA = runsA[nextA++] ?? 0;
    while (leftB === 0 && nextB < runsB.length) leftB = runsB[nextB++] ?? 0;
    const step = Math.min(leftA, leftB);
    if (step === 0) return merged.finish(a);
    const [inA, inB] = [nextA % 2 === 0, nextB % 2 === 0];
    if (rule === 'union' ? inA || inB : inA && inB) merged.add(position, position + step);
    position += step;
    leftA -= step;
    leftB -= step;
  }
}
