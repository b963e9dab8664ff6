import { describe, expect, it } from 'vitest';
import { duration, names, positiveIntegers, positiveNumber } from './list-options.js';

describe('list options', () => {
  it('read what they describe', () => {
    expect(positiveIntegers('1,2,2, 4')).toEqual([1, 2, 4]);
    expect(['90', '90s', '1.5min', '250ms', '1h'].map(duration)).toEqual([
      90_000, 90_000, 90_000, 250, 3_600_000,
    ]);
    expect([positiveNumber('30'), positiveNumber('.5')]).toEqual([30, 0.5]);
    expect(names('cpu, cuda,cpu')).toEqual(['cpu', 'cuda']);
  });

  it.each([
    [positiveIntegers, '1,,2'],
    [positiveIntegers, '0'],
    [duration, '5 weeks'],
    [duration, '0s'],
    [positiveNumber, '-1'],
    [positiveNumber, 'Infinity'],
    [names, 'cpu,'],
  ] as const)('%o refuses "%s"', (parse, text) => {
    expect(() => parse(text)).toThrow(/Expected/);
  });
});
