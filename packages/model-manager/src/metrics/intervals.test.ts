import { describe, expect, it } from 'vitest';
import { meanEstimate, quantileEstimate, shareEstimate } from './intervals.js';

describe('shareEstimate', () => {
  // statsmodels.stats.proportion.proportion_confint(count, nobs, alpha=0.05, method='wilson')
  it.each([
    [0, 10, 0, 0.277_532_8],
    [1, 100, 0.001_767_4, 0.054_486_2],
    [50, 100, 0.403_831_5, 0.596_168_5],
    [10, 10, 0.722_467_2, 1],
  ])("%i of %i lies in Wilson's interval", (count, of, low, high) => {
    const estimate = shareEstimate(count, of);
    expect(estimate?.value).toBe(count / of);
    expect(estimate?.low).toBeCloseTo(low, 6);
    expect(estimate?.high).toBeCloseTo(high, 6);
  });

  it('is nothing without observations', () => {
    expect(shareEstimate(0, 0)).toBeUndefined();
  });
});

describe('meanEstimate', () => {
  it('has the normal interval', () => {
    // Of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sample variance 32/7.
    const estimate = meanEstimate(8, 40, 232);
    expect(estimate?.value).toBe(5);
    expect(estimate?.high).toBeCloseTo(5 + 1.959_964 * Math.sqrt(32 / 7 / 8), 5);
    expect(estimate?.low).toBeCloseTo(5 - 1.959_964 * Math.sqrt(32 / 7 / 8), 5);
  });

  it('knows nothing of one value, or of none', () => {
    expect(meanEstimate(1, 3, 9)).toEqual({ value: 3, low: -Infinity, high: Infinity });
    expect(meanEstimate(0, 0, 0)).toBeUndefined();
  });
});

describe('quantileEstimate', () => {
  const values = Array.from({ length: 1000 }, (_, index) => index + 1);

  it('is the nearest rank between the order statistics of its binomial rank', () => {
    // Ranks of Binomial(1000, 0.5): 500 -+ 1.96 * 15.81 = 469.0 and 531.0, rounded outwards.
    expect(quantileEstimate(values, 0.5)).toEqual({ value: 500, low: 469, high: 532 });
    expect(quantileEstimate(values, 0.95)?.value).toBe(950);
  });

  it('does not claim what a small sample cannot carry', () => {
    expect(quantileEstimate([1, 2, 3], 0.95)).toMatchObject({ value: 3, high: Infinity });
    expect(quantileEstimate([], 0.5)).toBeUndefined();
  });
});
