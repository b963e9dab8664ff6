import { describe, expect, it } from 'vitest';
import { LatencyWatch } from './latency-watch.js';
import { RecentLatencies } from './recent-latencies.js';

describe('LatencyWatch', () => {
  const rule = { boundMs: 30, forMs: 10, calmShare: 0.9, restMs: 100 };
  const breaches = (values: readonly (number | undefined)[], watch = new LatencyWatch(rule)): number[] =>
    values.flatMap((value, at) => (watch.observe(value, at) ? [at] : []));

  it('tells a breach once it has lasted, and then rests', () => {
    expect(breaches(Array.from({ length: 130 }, () => 31))).toEqual([10, 110]);
  });

  it('is not moved by peaks, by what is within the bound, or by nothing', () => {
    expect(breaches(Array.from({ length: 100 }, (_, at) => (at % 9 === 8 ? 20 : 90)))).toEqual([]);
    expect(breaches(Array.from({ length: 100 }, () => 29.9))).toEqual([]);
    expect(breaches(Array.from({ length: 100 }, () => undefined))).toEqual([]);
  });

  it('takes no dip just below the bound for calm', () => {
    expect(breaches(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 31 : 28)))).toEqual([10]);
  });
});

it('RecentLatencies forget the oldest, and carry no percentile too early', () => {
  const recent = new RecentLatencies(200);
  for (let run = 0; run < 89; run++) recent.add(1);
  expect(recent.percentile(95)).toBeUndefined();
  recent.add(1);
  expect(recent.percentile(95)).toBe(1);
  for (let run = 0; run < 200; run++) recent.add(5);
  expect(recent.percentile(50)).toBe(5);
});
