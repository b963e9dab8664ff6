import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.js';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

it.each([
  ['120', 120],
  [' 0 ', 0],
  // The three forms of RFC 9110, 5.6.7.
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37],
  ['Sun Nov  6 08:49:37 1994', 37],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['2024', 2024],
])('Retry-After: %s', (value, seconds) => expect(retryAfterSeconds(value, NOW)).toBe(seconds));

it('is absent when there is no header', () => expect(retryAfterSeconds(null)).toBeUndefined());

it('reads every date and never fails', () => {
  const date = fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (then) => {
      expect(retryAfterSeconds(then.toUTCString(), 0)).toBe(Math.floor(then.getTime() / 1000));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const seconds = retryAfterSeconds(text);
      return seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 0);
    }),
  );
});
