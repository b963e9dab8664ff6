import { describe, expect, it } from 'vitest';
import { independentRatio, pairedRatio } from './ratio-interval.js';
import { isSettled, medianPrecision } from './stop-rule.js';
import { accuracyVerdict, holdsEqual, timeVerdict } from './verdict.js';

describe('timeVerdict', () => {
  it.each([
    [1.05, 1.2, 'slower'],
    [0.8, 0.95, 'faster'],
    [0.99, 1.02, 'no-difference'],
    // Certain, and of no account.
    [1.01, 1.02, 'no-difference'],
    [0.9, 1.1, 'inconclusive'],
    [0.99, 1.1, 'inconclusive'],
    [0, Infinity, 'inconclusive'],
  ] as const)('%d to %d is %s', (low, high, verdict) => {
    expect(timeVerdict({ value: 1, low, high })).toBe(verdict);
  });

  it('holds equal what the interval does not tell apart', () => {
    expect(holdsEqual({ value: 1.01, low: 0.99, high: 1.03 })).toBe(true);
    expect(holdsEqual({ value: 1.02, low: 1.01, high: 1.03 })).toBe(false);
  });
});

it.each([
  [0.01, 0.04, 'better'],
  [-0.04, -0.01, 'worse'],
  [-0.004, 0.003, 'no-difference'],
  [-0.02, 0.01, 'inconclusive'],
] as const)('an accuracy from %d to %d above is %s', (low, high, verdict) => {
  expect(accuracyVerdict({ value: 0, low, high })).toBe(verdict);
});

describe('ratios', () => {
  // A machine that becomes slower by half over the rounds, and one that is 10 % slower than the other all the time.
  const drift = Array.from({ length: 20 }, (_, round) => 20 * (1 + round / 40));
  const slower = drift.map((value) => value * 1.1);

  it('of the same rounds are free of what slows the whole machine', () => {
    const ratio = pairedRatio(drift, slower);
    expect(ratio.value).toBeCloseTo(1.1, 10);
    expect(ratio.high - ratio.low).toBeLessThan(1e-9);
    expect(timeVerdict(ratio)).toBe('slower');
  });

  it('of different times are not', () => {
    const ratio = independentRatio(drift, slower);
    expect(ratio.value).toBeCloseTo(1.1, 10);
    expect(timeVerdict(ratio)).toBe('inconclusive');
  });

  it('leave out rounds in which one had no turn', () => {
    const gaps = slower.map((value, round) => (round % 2 === 0 ? value : NaN));
    expect(pairedRatio(drift, gaps).value).toBeCloseTo(1.1, 10);
    expect(pairedRatio(drift, gaps.slice(0, 10))).toMatchObject({ low: 0, high: Infinity });
  });
});

describe('isSettled', () => {
  const rule = { precision: 0.03, percentiles: [95] };
  const steady = Array.from({ length: 12 }, (_, round) => 20 + 0.1 * (round % 3));

  it('wants both the median and the percentile', () => {
    expect(isSettled({ turns: steady, runs: 120 }, rule)).toBe(true);
    expect(isSettled({ turns: steady, runs: 89 }, rule)).toBe(false);
    expect(isSettled({ turns: steady.slice(0, 5), runs: 120 }, rule)).toBe(false);
    expect(isSettled({ turns: steady.map((value, index) => value + index), runs: 120 }, rule)).toBe(false);
    expect(isSettled({ turns: steady, runs: 12 }, { ...rule, percentiles: [] })).toBe(true);
  });

  it('knows nothing of nothing', () => {
    expect(medianPrecision([])).toBe(Infinity);
    expect(medianPrecision([5, 5, 5, 5, 5])).toBe(Infinity);
    expect(medianPrecision([5, 5, 5, 5, 5, 5])).toBe(0);
  });
});
