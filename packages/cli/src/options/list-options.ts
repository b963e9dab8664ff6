import { InvalidArgumentError } from 'commander';
import { positiveInteger } from './number-options.js';

/** `1,2,4`: whole numbers of 1 and more, in their order, each once. Used as commander's argument parser. */
export function positiveIntegers(text: string): readonly number[] {
  return [...new Set(text.split(',').map((part) => positiveInteger(part)))];
}

/** `90`, `90s`, `5min`, `250ms`, as milliseconds. Used as commander's argument parser. */
export function duration(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|min|h)?$/.exec(text.trim()) ?? [];
  const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
  const value = Number(digits ?? NaN) * (factors[unit] ?? NaN);
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a time, e.g. 90s, 5min or 250ms.');
}

/** A number above 0. Used as commander's argument parser. */
export function positiveNumber(text: string): number {
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : NaN;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** `cpu,cuda`: names, each once. Used as commander's argument parser. */
export function names(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '')) return [...new Set(parts)];
  throw new InvalidArgumentError('Expected names with commas between them, e.g. cpu,cuda.');
}
