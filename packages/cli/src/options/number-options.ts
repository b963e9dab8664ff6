import { InvalidArgumentError } from 'commander';

/** 0..1, e.g. a confidence or an IoU. Used as commander's argument parser. */
export function fraction(text: string): number {
  const value = decimal(text);
  if (value === undefined || value < 0 || value > 1) {
    throw new InvalidArgumentError('Expected a number from 0 to 1, e.g. 0.25.');
  }
  return value;
}

/** A whole number of 1 and more. Used as commander's argument parser. */
export function positiveInteger(text: string): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('Expected a whole number of 1 or more.');
  return value;
}

/** A whole number of 0 and more. Used as commander's argument parser. */
export function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text.trim())) return Number(text);
  throw new InvalidArgumentError('Expected a whole number of 0 or more.');
}

/** 0..65535. Used as commander's argument parser. */
export function portNumber(text: string): number {
  const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : NaN;
  if (value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes: `1048576`, `512KiB`, `64MiB`, `2GiB` (or K, M, G). Used as commander's argument parser. */
export function byteCount(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,12})\s*(?:([kmg])(?:i?b)?)?$/i.exec(text.trim()) ?? [];
  const value = Number(digits ?? NaN) * (BYTE_UNITS[unit.toLowerCase()] ?? NaN);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Expected a number of bytes, e.g. 1048576, 64MiB or 2GiB.');
}

/** As {@link byteCount}, and 0. Used as commander's argument parser. */
export function byteBudget(text: string): number {
  return text.trim() === '0' ? 0 : byteCount(text);
}

/** `640` or `480x640` (height x width), as [height, width]. Used as commander's argument parser. */
export function inputSize(text: string): [height: number, width: number] {
  const [, height, width] = /^(\d{1,5})(?:[x,](\d{1,5}))?$/.exec(text.trim()) ?? [];
  const size: [number, number] = [Number(height ?? 0), Number(width ?? height ?? 0)];
  if (size[0] < 1 || size[1] < 1) {
    throw new InvalidArgumentError('Expected the height and width in pixels, e.g. 640 or 480x640.');
  }
  return size;
}

function decimal(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
}
