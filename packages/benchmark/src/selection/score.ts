import type { Estimate } from '@care/model-manager';
import { pairedDifference } from '../statistics/bootstrap.js';
import { independentRatio, pairedRatio } from '../statistics/ratio-interval.js';
import { levelThroughput, type CandidateFigures } from './candidate-figures.js';
import { FIGURES, MORE_IS_BETTER, type FigureName, type Weights } from './objective.js';

/** The figure that an objective counts: the bound that is on the safe side. */
function counted(figures: CandidateFigures, name: FigureName): number | undefined {
  switch (name) {
    case 'latency':
      return figures.latency?.upper;
    case 'accuracy':
      return figures.accuracy?.low;
    case 'throughput':
      return figures.throughput;
    case 'memory':
      return figures.memoryMb;
    case 'size':
      return figures.sizeMb;
    case 'load':
      return figures.loadMs;
  }
}

/** The more the better; -Infinity when a figure that counts is not known. Of one candidate alone. */
export function score(figures: CandidateFigures, weights: Weights): number {
  let sum = 0;
  for (const name of FIGURES) {
    const weight = weights[name] ?? 0;
    if (weight === 0) continue;
    const figure = counted(figures, name);
    if (figure === undefined) return -Infinity;
    sum += (MORE_IS_BETTER.has(name) ? 1 : -1) * weight * Math.log(Math.max(figure, Number.MIN_VALUE));
  }
  return sum;
}

/**
 * By how much the score of `better` is above that of `other`, as far as the measurements tell: above 0 as a whole, it is beyond doubt;
 * with 0 in it, there is no difference that could be shown.
 */
export function advantage(better: CandidateFigures, other: CandidateFigures, weights: Weights): Estimate {
  let [value, low, high] = [0, 0, 0];
  for (const name of FIGURES) {
    const weight = weights[name] ?? 0;
    if (weight === 0) continue;
    const ratio = logRatio(better, other, name);
    value += weight * ratio.value;
    low += weight * ratio.low;
    high += weight * ratio.high;
  }
  return { value, low, high };
}

/** Logarithm of the factor by which `a` is better than `b` in a figure. */
function logRatio(a: CandidateFigures, b: CandidateFigures, name: FigureName): Estimate {
  if (name === 'latency') return logged(latencyRatio(a, b));
  if (name === 'accuracy') return accuracyRatio(a, b);
  if (name === 'throughput') return throughputRatio(a, b);
  const [left, right] = [counted(a, name), counted(b, name)];
  if (left === undefined || right === undefined) return { value: 0, low: -Infinity, high: Infinity };
  const value = Math.log(right / left);
  return { value, low: value, high: value };
}

/** Of the times of `b` over those of `a`: within the same rounds when both were measured in one session. */
export function latencyRatio(a: CandidateFigures, b: CandidateFigures): Estimate {
  const [left, right] = [turnsOf(a), turnsOf(b)];
  if (a.profile.session === b.profile.session) {
    const paired = pairedRatio(left, right);
    if (Number.isFinite(paired.high)) return paired;
  }
  return independentRatio(left.filter(Number.isFinite), right.filter(Number.isFinite));
}

function turnsOf({ profile }: CandidateFigures): number[] {
  return profile.latency.turns.map((turn) => turn ?? NaN);
}

function accuracyRatio(a: CandidateFigures, b: CandidateFigures): Estimate {
  const [left, right] = [a.accuracy, b.accuracy];
  if (left === undefined || right === undefined) return { value: 0, low: -Infinity, high: Infinity };
  const difference = left.data === '' ? undefined : pairedDifference(right, left);
  if (difference === undefined) {
    return logged({
      value: left.value / right.value,
      low: left.low / right.high,
      high: left.high / right.low,
    });
  }
  const { value, low, high } = difference;
  return logged(
    {
      value: left.value / right.value,
      low: 1 + low / right.value,
      high: 1 + high / right.value,
    },
    value,
  );
}

function throughputRatio(a: CandidateFigures, b: CandidateFigures): Estimate {
  if (a.throughput === undefined || b.throughput === undefined)
    return { value: 0, low: -Infinity, high: Infinity };
  const [left, right] = [spread(a), spread(b)];
  return logged({
    value: a.throughput / b.throughput,
    low: a.throughput / (b.throughput * right),
    high: (a.throughput * left) / b.throughput,
  });
}

/** How far the best window of a candidate's best level is above its lower bound. */
function spread({ profile }: CandidateFigures): number {
  const best = profile.levels.toSorted((a, b) => levelThroughput(b) - levelThroughput(a))[0];
  return best === undefined ? Infinity : Math.max(...best.windows) / levelThroughput(best);
}

/** @param whenUndefined value of 0 / 0 and the like */
function logged({ value, low, high }: Estimate, whenUndefined = 0): Estimate {
  const log = (ratio: number, otherwise: number): number => {
    if (Number.isNaN(ratio)) return otherwise;
    return ratio <= 0 ? -Infinity : Math.log(ratio);
  };
  return { value: log(value, whenUndefined), low: log(low, -Infinity), high: log(high, Infinity) };
}
