import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteCount,
  fraction,
  inputSize,
  portNumber,
  positiveInteger,
  wholeNumber,
} from './number-options.js';

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

  it('reads bytes, ports and whole numbers from 0', () => {
    expect(['1', '512KiB', '64MiB', '2g', '3 MB'].map(byteCount)).toEqual([
      1,
      512 * 1024,
      64 * 1024 * 1024,
      2 * 1024 ** 3,
      3 * 1024 * 1024,
    ]);
    for (const text of ['0', '-1', '1.5M', '1T', '', 'MiB']) expect(() => byteCount(text)).toThrow(/bytes/);
    expect(['0', '8080', '65535'].map(portNumber)).toEqual([0, 8080, 65_535]);
    for (const text of ['65536', '-1', '', '80a']) expect(() => portNumber(text)).toThrow(/port/);
    expect(['0', '30'].map(wholeNumber)).toEqual([0, 30]);
    for (const text of ['-1', '1.5', '']) expect(() => wholeNumber(text)).toThrow(/whole number/);
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
        const bytes = attempt(() => byteCount(text));
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 1)).toBe(true);
        const port = attempt(() => portNumber(text));
        expect(port === undefined || (port >= 0 && port <= 65_535)).toBe(true);
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
