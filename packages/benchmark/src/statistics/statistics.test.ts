import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialAtMost, binomialQuantile } from './binomial.js';
import { bootstrapReplicates, pairedDifference } from './bootstrap.js';
import { overLatencyAllowed, percentileFigure, percentileFigures, runsNeeded } from './early-stopping.js';
import { median, medianInterval, rising } from './order-statistics.js';
import { countOutliers } from './outliers.js';
import { seededRandom } from './random.js';
import { scipyStatistics } from './scipy-statistics.fixture.js';

const scipy = scipyStatistics();

describe('binomial', () => {
  it.each(scipy.binomial)(
    'P(at most $k of $n at $p) is as of scipy.stats.binom.cdf',
    ({ k, n, p, atMost }) => {
      expect(binomialAtMost(k, n, p)).toBeCloseTo(atMost, 9);
    },
  );

  it('inverts itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, p) => {
          const k = binomialQuantile(0.975, n, p);
          expect(binomialAtMost(k, n, p)).toBeGreaterThanOrEqual(0.975);
          if (k > 0) expect(binomialAtMost(k - 1, n, p)).toBeLessThan(0.975);
        },
      ),
    );
  });
});

describe('medianInterval', () => {
  it.each(scipy.medians.map((known) => ({ ...known, n: known.values.length })))(
    'of $n values at $confidence is that of scipy.stats.quantile_test',
    ({ values, confidence, median: middle, low, high }) => {
      const interval = medianInterval(values, confidence);
      expect(interval.value).toBeCloseTo(middle, 10);
      expect(interval.low).toBe(low ?? -Infinity);
      expect(interval.high).toBe(high ?? Infinity);
    },
  );

  it('encloses the median and widens with the confidence', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1 }), (values) => {
        const [narrow, wide] = [medianInterval(values, 0.9), medianInterval(values, 0.99)];
        expect(narrow.low).toBeLessThanOrEqual(narrow.value);
        expect(narrow.high).toBeGreaterThanOrEqual(narrow.value);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
        expect(median(values)).toBe(narrow.value);
      }),
    );
  });
});

describe('early stopping', () => {
  // LoadGen (mlcommons/inference, loadgen/early_stopping.cc): least queries for p99 without one over the bound; its floors of
  // the estimates for p90 and p99, which leave out one query, are 64 and 662.
  it('needs the runs that MLPerf needs', () => {
    expect([90, 95, 99].map((percentile) => runsNeeded(percentile))).toEqual([44, 90, 459]);
    expect(overLatencyAllowed(458, 99)).toBeUndefined();
    expect(overLatencyAllowed(459, 99)).toBe(0);
    expect([63, 64].map((runs) => overLatencyAllowed(runs, 90))).toEqual([0, 1]);
    expect([661, 662].map((runs) => overLatencyAllowed(runs, 99))).toEqual([0, 1]);
  });

  it.each(scipy.upperBounds)(
    'p$percentile of $values runs is bounded by the run that scipy.stats.quantile_test names',
    ({ values, percentile, rank }) => {
      expect(overLatencyAllowed(values, percentile)).toBe(rank === null ? undefined : values - rank);
    },
  );

  it('refuses a percentile that the runs cannot carry', () => {
    const sorted = Array.from({ length: 89 }, (_, index) => index);
    expect(() => percentileFigure(sorted, 95)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: '89 runs cannot carry p95: it needs 90' }),
    );
    expect(percentileFigures(sorted, [50, 90, 95, 99])).toEqual([
      { percentile: 50, value: 44, upper: 55 },
      { percentile: 90, value: 80, upper: 86 },
    ]);
    expect(percentileFigure([...sorted, 89], 95)).toEqual({ percentile: 95, value: 85, upper: 89 });
  });

  it('holds in at least 99 of 100 samples', () => {
    // Exponential latencies, p95 is known: -ln(0.05).
    let over = 0;
    const trials = 2000;
    const random = seededRandom(5);
    for (let trial = 0; trial < trials; trial++) {
      const sorted = rising(Array.from({ length: 120 }, () => -Math.log(1 - random())));
      if (percentileFigure(sorted, 95).upper < -Math.log(0.05)) over++;
    }
    expect(over / trials).toBeLessThanOrEqual(0.015);
  });
});

describe('bootstrap', () => {
  const mean = (values: readonly number[]) => (places: readonly number[]) =>
    places.reduce((sum, place) => sum + (values[place] ?? NaN), 0) / places.length;
  const figure = (values: readonly number[]) => ({
    value: mean(values)(values.map((_, index) => index)),
    replicates: bootstrapReplicates(values.length, 4000, mean(values)),
  });

  it('of a paired difference is that of scipy.stats.bootstrap', () => {
    const { a, b, low, high } = scipy.paired;
    const difference = pairedDifference(figure(a), figure(b));
    expect(difference?.low).toBeCloseTo(low, 2.5);
    expect(difference?.high).toBeCloseTo(high, 2.5);
    // Unpaired the spread of the pictures themselves would be in it, which is far larger than the difference.
    expect((difference?.high ?? NaN) - (difference?.low ?? NaN)).toBeLessThan(0.02);
  });

  it('takes the same resamples whatever the figure', () => {
    const places: (readonly number[])[] = [];
    const again: (readonly number[])[] = [];
    bootstrapReplicates(10, 3, (chosen) => places.push(chosen));
    bootstrapReplicates(10, 3, (chosen) => again.push(chosen));
    expect(again).toEqual(places);
    expect(new Set(places.map(String)).size).toBe(3);
  });

  it('compares nothing that is not of the same resamples', () => {
    const figureOf = (count: number) => ({
      value: 0.5,
      replicates: Array.from({ length: count }, () => 0.5),
    });
    expect(pairedDifference(figureOf(3), figureOf(4))).toBeUndefined();
    expect(pairedDifference(figureOf(0), figureOf(0))).toBeUndefined();
  });
});

it('outliers are those beyond the far fence of numpy’s quartiles', () => {
  expect(countOutliers(rising(scipy.outliers.values))).toBe(scipy.outliers.count);
});
