import type { GuardSpec } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { RecentRequests } from '../metrics/recent-requests.js';
import { GuardWatch, judge, type GuardVerdict } from './guard.js';

/** Requests of a version: latencies in seconds, of which the first `failures` failed. */
function requests(latencies: readonly number[], failures = 0): RecentRequests {
  const recent = new RecentRequests(1024);
  latencies.forEach((seconds, index) => recent.add(seconds, index < failures));
  return recent;
}

/** 1 to `count` ms, in steps, times `factor`. */
const ramp = (count: number, factor = 1): number[] =>
  Array.from({ length: count }, (_, index) => ((index + 1) / count) * 0.01 * factor);

const spec = (more: Partial<GuardSpec>): GuardSpec => ({ minRequests: 100, onBreach: 'rollback', ...more });

describe('judge', () => {
  it('waits for enough requests', () => {
    expect(judge(spec({ maxErrorRate: 0.01 }), requests(ramp(99), 99), undefined).verdict).toBe('too-few');
  });

  it('condemns an error rate whose lower bound is above the limit, and no other', () => {
    // statsmodels' Wilson intervals: 2 of 100 (0.0055, 0.0700), 10 of 100 (0.0552, 0.1744)
    expect(judge(spec({ maxErrorRate: 0.01 }), requests(ramp(100), 2), undefined).verdict).toBe('fine');
    expect(judge(spec({ maxErrorRate: 0.05 }), requests(ramp(100), 10), undefined)).toEqual({
      verdict: 'breach',
      breach: { metric: 'error_rate', value: 0.1, bound: 0.05, requests: 100 },
    });
    expect(judge(spec({ maxErrorRate: 0.06 }), requests(ramp(100), 10), undefined).verdict).toBe('fine');
  });

  it('condemns a p95 that is too far above that of the other version, both bounds considered', () => {
    const guarded = spec({ maxP95Ratio: 1.5 });
    expect(judge(guarded, requests(ramp(1000, 2)), requests(ramp(1000)))).toMatchObject({
      verdict: 'breach',
      breach: { metric: 'p95_ratio', value: 2, bound: 1.5 },
    });
    expect(judge(guarded, requests(ramp(1000, 1.5)), requests(ramp(1000))).verdict).toBe('fine');
    // The other has too few requests to compare with, or there is none.
    expect(judge(guarded, requests(ramp(1000, 9)), requests(ramp(50))).verdict).toBe('fine');
    expect(judge(guarded, requests(ramp(1000, 9)), undefined).verdict).toBe('fine');
  });
});

describe('GuardWatch', () => {
  const fine: GuardVerdict = { verdict: 'fine' };
  const bad: GuardVerdict = {
    verdict: 'breach',
    breach: { metric: 'error_rate', value: 0.2, bound: 0.1, requests: 100 },
  };
  const spoken = (verdicts: readonly GuardVerdict[]): number[] => {
    const watch = new GuardWatch();
    return verdicts.flatMap((verdict, index) => (watch.look(verdict) === undefined ? [] : [index]));
  };

  it('speaks at the third breach in a row, once', () => {
    expect(spoken([bad, bad, bad, bad, bad, bad, bad])).toEqual([2]);
  });

  it('forgets breaches that do not last, and takes no news for nothing', () => {
    expect(spoken([bad, bad, fine, bad, bad, fine, bad, bad])).toEqual([]);
    expect(spoken([bad, { verdict: 'too-few' }, bad, bad])).toEqual([3]);
  });
});
