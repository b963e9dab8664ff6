import { CareError } from '@care/registry-core';

/** What of a candidate counts, and how much: see {@link Objective}. */
export interface Weights {
  readonly latency?: number;
  readonly accuracy?: number;
  /** At the latency bound, when there is one. */
  readonly throughput?: number;
  readonly memory?: number;
  readonly size?: number;
  readonly load?: number;
}

/**
 * - `fastest`: the least latency at the percentile of the constraints
 * - `most-accurate`: the highest accuracy
 * - `smallest`: the least bytes of its files
 * - `balanced`: weights of 4 for accuracy, 1 for latency and 1/4 for memory
 * - weights: a candidate that is better by a factor in one figure counts that factor to the power of the weight; with the weights of
 *   `balanced`, half the latency is worth as much as an accuracy that is higher by a fifth. It does not depend on which other candidates
 *   there are.
 */
export type Objective = 'fastest' | 'most-accurate' | 'balanced' | 'smallest' | Weights;

export const NAMED_OBJECTIVES = ['fastest', 'most-accurate', 'balanced', 'smallest'] as const;

export const FIGURES = ['latency', 'accuracy', 'throughput', 'memory', 'size', 'load'] as const;
export type FigureName = (typeof FIGURES)[number];

const NAMED: Readonly<Record<(typeof NAMED_OBJECTIVES)[number], Weights>> = {
  fastest: { latency: 1 },
  'most-accurate': { accuracy: 1 },
  smallest: { size: 1 },
  balanced: { accuracy: 4, latency: 1, memory: 0.25 },
};

/** Of figures where more is better. */
export const MORE_IS_BETTER: ReadonlySet<FigureName> = new Set(['accuracy', 'throughput']);

/** @throws CareError OPTIONS_INVALID */
export function weightsOf(objective: Objective): Weights {
  const weights = typeof objective === 'string' ? NAMED[objective] : objective;
  const entries = Object.entries(weights) as [string, unknown][];
  const wrong = entries.find(
    ([name, weight]) =>
      !FIGURES.some((figure) => figure === name) ||
      typeof weight !== 'number' ||
      !(weight >= 0 && weight < Infinity),
  );
  if (wrong === undefined && entries.some(([, weight]) => weight !== 0)) return weights;
  throw new CareError(
    'OPTIONS_INVALID',
    wrong === undefined
      ? 'an objective needs at least one weight above 0'
      : `an objective has no weight "${wrong[0]}" of ${String(wrong[1])}`,
    { remedy: `Name ${NAMED_OBJECTIVES.join(', ')}, or weights of 0 and more for ${FIGURES.join(', ')}.` },
  );
}
