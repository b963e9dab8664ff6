import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramOf } from '../model-document.fixture.js';
import { histogramQuantile, SHOWN_MS, TrafficSeries } from './traffic-series.js';

const counters = (requests: number, errors = 0): Parameters<TrafficSeries['add']>[1] => ({
  requests,
  errors,
  latency: histogramOf(Array.from({ length: requests - errors }, () => 0.04)),
});

describe('TrafficSeries', () => {
  it('has nothing to say of what was counted before the first look', () => {
    const series = new TrafficSeries();
    series.add(0, counters(500));
    expect(series.latest).toBeUndefined();
  });

  it('takes rates over the last ten seconds', () => {
    const series = new TrafficSeries();
    for (let second = 0; second <= 20; second++) series.add(second * 1000, counters(second * 3));
    expect(series.latest?.rate).toBe(3);
    series.add(30_000, counters(60));
    expect(series.latest).toMatchObject({ rate: 0, errorRate: undefined, p95: undefined });
  });

  it('counts errors among what was asked since, not since ever', () => {
    const series = new TrafficSeries();
    series.add(0, counters(1000, 0));
    series.add(2000, counters(1010, 5));
    expect(series.latest?.errorRate).toBe(0.5);
  });

  it('takes counters that fell for those of a version loaded anew', () => {
    const series = new TrafficSeries();
    series.add(0, counters(900));
    series.add(2000, counters(1000));
    series.add(4000, counters(8));
    expect(series.latest).toMatchObject({ rate: 4, errorRate: 0 });
    expect(series.points.every(({ rate }) => rate >= 0)).toBe(true);
  });

  it('forgets what is older than what a chart shows', () => {
    const series = new TrafficSeries();
    for (let at = 0; at <= 2 * SHOWN_MS; at += 1000) series.add(at, counters(at / 1000));
    expect(series.points[0]?.at).toBeGreaterThan(SHOWN_MS);
    expect(series.points.length).toBeLessThanOrEqual(SHOWN_MS / 1000);
    series.prune(3 * SHOWN_MS);
    expect(series.points).toEqual([]);
  });
});

describe('histogramQuantile', () => {
  // By hand, as the documentation of Prometheus defines `histogram_quantile`: linear within the bucket, from zero in the first, the
  // highest bound beyond all of them.
  it.each([
    [0.5, [1, 2, 4], [0, 10, 10, 10], 1.5],
    [0.9, [1, 2, 4], [0, 10, 10, 10], 1.9],
    [0.5, [1, 2, 4], [10, 10, 20, 20], 1],
    [0.75, [1, 2, 4], [10, 10, 20, 20], 3],
    [0.99, [1, 2, 4], [0, 0, 0, 5], 4],
  ])('of %f in %j with counts %j is %f', (quantile, buckets, cumulative, expected) => {
    expect(histogramQuantile(quantile, buckets, cumulative)).toBeCloseTo(expected, 12);
  });

  it('lies in the bucket of the true quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-4, max: 9.9, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (seconds, quantile) => {
          const { buckets, cumulative } = histogramOf(seconds);
          const rank = Math.max(1, Math.ceil(quantile * seconds.length));
          const truth = seconds.toSorted((a, b) => a - b)[rank - 1] ?? NaN;
          const high = buckets.find((bound) => truth <= bound) ?? NaN;
          const low = buckets.findLast((bound) => bound < truth) ?? 0;
          const found = histogramQuantile(quantile, buckets, cumulative) ?? NaN;
          expect(found).toBeGreaterThanOrEqual(low);
          expect(found).toBeLessThanOrEqual(high);
        },
      ),
    );
  });

  it('has none without observations', () => {
    expect(histogramQuantile(0.5, [1, 2], [0, 0, 0])).toBeUndefined();
    expect(histogramQuantile(0.5, [], [])).toBeUndefined();
  });
});
