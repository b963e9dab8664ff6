import type { GuardSpec } from '@care/registry-core';
import { quantileEstimate, shareEstimate } from '../metrics/intervals.js';
import type { RecentRequests } from '../metrics/recent-requests.js';

/** What a guard found: the figure, its bound, and how many requests it rests on. */
export interface GuardBreach {
  readonly metric: 'error_rate' | 'p95_ratio' | 'probe';
  readonly value: number;
  readonly bound: number;
  readonly requests: number;
}

export type GuardVerdict =
  | { readonly verdict: 'fine' }
  | { readonly verdict: 'too-few' }
  | { readonly verdict: 'breach'; readonly breach: GuardBreach };

/**
 * Judges the latest requests of a version: its error rate by the lower bound of Wilson's interval, so that one early failure is no
 * verdict, and its p95 against that of the version it is compared with, lower bound against upper bound.
 */
export function judge(
  spec: GuardSpec,
  candidate: RecentRequests,
  baseline: RecentRequests | undefined,
): GuardVerdict {
  const requests = candidate.count;
  if (requests < spec.minRequests) return { verdict: 'too-few' };
  const errors = shareEstimate(candidate.failures, requests);
  if (spec.maxErrorRate !== undefined && errors !== undefined && errors.low > spec.maxErrorRate) {
    const bound = spec.maxErrorRate;
    return { verdict: 'breach', breach: { metric: 'error_rate', value: errors.value, bound, requests } };
  }
  if (spec.maxP95Ratio === undefined || baseline === undefined || baseline.count < spec.minRequests) {
    return { verdict: 'fine' };
  }
  const mine = quantileEstimate(candidate.sortedLatencies(), 0.95);
  const other = quantileEstimate(baseline.sortedLatencies(), 0.95);
  if (mine === undefined || other === undefined || !Number.isFinite(other.high)) return { verdict: 'fine' };
  if (mine.low > other.high * spec.maxP95Ratio) {
    const value = mine.value / other.value;
    return {
      verdict: 'breach',
      breach: { metric: 'p95_ratio', value, bound: spec.maxP95Ratio, requests },
    };
  }
  return { verdict: 'fine' };
}

/** Breaches in a row before one counts: a single bad look is no verdict. */
const LOOKS = 3;

/** A guard over time: it speaks once, when what it sees has been wrong in three looks in a row, and then stays silent. */
export class GuardWatch {
  #breaches = 0;
  #spoken = false;

  /** @returns the breach that counts, at most once */
  look(verdict: GuardVerdict): GuardBreach | undefined {
    if (this.#spoken || verdict.verdict === 'too-few') return undefined;
    if (verdict.verdict === 'fine') {
      this.#breaches = 0;
      return undefined;
    }
    this.#breaches++;
    if (this.#breaches < LOOKS) return undefined;
    this.#spoken = true;
    return verdict.breach;
  }
}
