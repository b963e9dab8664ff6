import { expect, it } from 'vitest';
import { duration, fine, interval, percent, perSecond, plain, timeOf, trimmed } from './figures.js';

it.each([
  [duration(0.0412), '41.2 ms'],
  [duration(0.412), '412 ms'],
  [duration(12.34), '12.3 s'],
  [percent(0.0042), '0.42 %'],
  [percent(0), '0 %'],
  [percent(1e-17), '0 %'],
  [percent(1), '100 %'],
  [perSecond(3), '3.00/s'],
  [fine(0.7512), '0.751'],
  [trimmed(percent)(0.9), '90 %'],
  [trimmed(plain)(1.5), '1.5'],
  [trimmed(plain)(2), '2'],
  [trimmed(percent)(1), '100 %'],
  [trimmed(duration)(0.2), '200 ms'],
  [interval(percent, { value: 0.1, low: 0.05, high: 0.2 }), '5.00 % to 20.0 %'],
  [interval(plain, { value: 1, low: null, high: 2 }), 'up to 2.00'],
  [interval(plain, { value: 1, low: 0, high: null }), 'from 0'],
  [interval(plain, { value: 1, low: null, high: null }), 'too few for an interval'],
])('%s', (written, expected) => {
  expect(written).toBe(expected);
});

it('says the date only of another day', () => {
  const now = new Date('2026-03-01T12:00:00');
  expect(timeOf(new Date('2026-03-01T10:00:00').toISOString(), now)).not.toContain('2026');
  expect(timeOf(new Date('2026-02-28T10:00:00').toISOString(), now)).toContain('2026');
  expect(timeOf('no time')).toBe('no time');
});
