import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fraction, inputSize, positiveInteger } from './number-options.js';

describe('number options', () => {
  it('reads fractions', () => {
    expect(['0', '1', '.25', '0.5', '5e-1'].map(fraction)).toEqual([0, 1, 0.25, 0.5, 0.5]);
    for (const text of ['', '1.01', '-0.1', 'NaN', '0x1', '50%', '0,5', 'Infinity']) {
      expect(() => fraction(text)).toThrow(/from 0 to 1/);
    }
  });

  it('reads whole numbers from 1', () => {
    expect(positiveInteger('12')).toBe(12);
    for (const text of ['0', '-1', '1.5', '', '1e3', '99999999999']) {
      expect(() => positiveInteger(text)).toThrow(/whole number/);
    }
  });

  it('reads input sizes', () => {
    expect(inputSize('640')).toEqual([640, 640]);
    expect(inputSize('480x640')).toEqual([480, 640]);
    for (const text of ['0', '640x', 'x640', '640x0', '1x2x3'])
      expect(() => inputSize(text)).toThrow(/pixels/);
  });

  it('never gives a number outside its bounds, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = attempt(() => fraction(text));
        expect(value === undefined || (value >= 0 && value <= 1)).toBe(true);
        const whole = attempt(() => positiveInteger(text));
        expect(whole === undefined || (Number.isSafeInteger(whole) && whole >= 1)).toBe(true);
      }),
    );
  });
});

/** The value, or undefined when the text was refused: the refusal itself is what the other tests look at. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
