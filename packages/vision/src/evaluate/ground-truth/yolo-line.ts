import { CareError } from '@care/registry-core';

/** Exports round: fractions may leave the image by this much. */
const SLACK = 0.01;

/** One line of a label file as numbers. */
export interface YoloColumns {
  /** From 1. */
  readonly line: number;
  readonly classId: number;
  /** What follows the class. */
  readonly values: readonly number[];
  /** An INPUT_INVALID that names file and line. */
  readonly error: (reason: string) => CareError;
}

/**
 * Checks what all kinds of lines share: numbers, a whole class id, fractions of the image.
 * @throws CareError INPUT_INVALID
 */
export function yoloColumns(
  content: string,
  line: number,
  { file, classCount }: { readonly file: string; readonly classCount?: number },
): YoloColumns {
  const error = (reason: string): CareError =>
    new CareError('INPUT_INVALID', `${file}:${line}: ${reason}`, {
      remedy: 'Correct the line: a class id, then coordinates as fractions of the image.',
      details: { file, line },
    });
  const numbers = content
    .trim()
    .split(/\s+/)
    .map((word, index) => {
      if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
      throw error(`value ${index + 1} is ${JSON.stringify(word.slice(0, 40))}, not a number`);
    });
  const [classId = -1, ...values] = numbers;
  if (!Number.isSafeInteger(classId) || classId < 0) throw error(`the class id is ${classId}`);
  if (classCount !== undefined && classId >= classCount) {
    throw error(`the class id is ${classId}, but there are ${classCount} classes (from 0)`);
  }
  // A class of -0 is class 0.
  return { line, classId: classId + 0, values, error };
}

/**
 * The value at an index after the class, as a fraction of the image.
 * @throws CareError INPUT_INVALID when it lies outside the image: pixels, most likely
 */
export function fractionAt({ values, error }: YoloColumns, index: number): number {
  const value = values[index] ?? NaN;
  if (value >= -SLACK && value <= 1 + SLACK) return value;
  throw error(`value ${index + 2} is ${value}, not a fraction of the image`);
}
