import { describe, expect, it } from 'vitest';
import { estimate, metricsOf, versionDocument } from '../model-document.fixture.js';
import { comparable, NO_DIFFERENCE, summary, verdict } from './comparison.js';

const words = { lower: 'less', higher: 'more' };

describe('verdict', () => {
  it.each([
    [{ value: 1, low: 0, high: 2 }, { value: 4, low: 3, high: 5 }, 'less'],
    [{ value: 4, low: 3, high: 5 }, { value: 1, low: 0, high: 2 }, 'more'],
    [{ value: 1, low: 0, high: 2 }, { value: 2.5, low: 1.9, high: 3 }, NO_DIFFERENCE],
    [{ value: 1, low: 0, high: 2 }, { value: 3, low: 2, high: 4 }, NO_DIFFERENCE],
    // A bound that the sample could not carry is infinite, and null in JSON.
    [{ value: 1, low: null, high: null }, { value: 9, low: 8, high: 10 }, NO_DIFFERENCE],
    [{ value: 1, low: null, high: 2 }, { value: 9, low: 8, high: null }, 'less'],
    [{ value: 1, low: 0, high: null }, { value: 9, low: 8, high: 10 }, NO_DIFFERENCE],
  ])('of %j against %j is %s', (candidate, baseline, expected) => {
    expect(verdict({ words }, candidate, baseline)).toBe(expected);
  });

  it('is not given without observations or for what compares by itself', () => {
    expect(verdict({ words }, null, estimate(1, 0))).toBeUndefined();
    expect(verdict({ words }, estimate(1, 0), null)).toBeUndefined();
    expect(verdict({}, estimate(1, 0), estimate(2, 0))).toBeUndefined();
  });
});

describe('comparable versions', () => {
  it('are those that have answered, the one with most traffic first', () => {
    const metrics = metricsOf([0.1]);
    const versions = [
      versionDocument('1.0.0', { share: 0, role: 'shadow', metrics }),
      versionDocument('1.1.0', { share: 0.1, metrics }),
      versionDocument('1.2.0', { share: 0.9, metrics }),
      versionDocument('1.3.0', { share: 0 }),
      versionDocument('1.4.0', { state: 'failed', metrics }),
    ];
    expect(comparable(versions).map(({ version }) => version)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
  });

  it('are summed up in words', () => {
    const fast = versionDocument('1.1.0', { metrics: metricsOf([0.1], { p50: estimate(0.1, 0.01) }) });
    const slow = versionDocument('1.2.0', { metrics: metricsOf([0.1], { p50: estimate(0.2, 0.01) }) });
    const name = ({ version }: typeof fast): string => version ?? '';
    expect(summary(slow, fast, name)).toBe('1.2.0 against 1.1.0: slower at p50.');
    expect(summary(fast, fast, name)).toBe(`1.1.0 against 1.1.0: ${NO_DIFFERENCE}.`);
  });
});
