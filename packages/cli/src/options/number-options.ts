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
