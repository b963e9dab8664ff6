import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Box } from '@care/vision';
import { usageError } from './usage-error.js';

const FORMS =
  'Give x1,y1,x2,y2 in pixels, or a JSON file: [[x1, y1, x2, y2], ...] for every picture, or {"picture.jpg": [[...], ...]}.';

/** The boxes for a picture, by its path; undefined when there are none for it. */
export type BoxesOf = (image: string) => readonly Box[] | undefined;

/**
 * `--boxes`: one box, or a JSON file with boxes for every picture or by picture (the path as given, or the file's name).
 * @throws CareError OPTIONS_INVALID (usage)
 */
export function boxesOption(text: string, resolvePath: (path: string) => string): BoxesOf {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const value: unknown = numbers.some((number) => Number.isNaN(number))
    ? fromFile(text, resolvePath)
    : [numbers];
  if (isBoxes(value)) return () => value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const byImage = new Map(
      Object.entries(value).map(([image, boxes]: [string, unknown]): [string, readonly Box[]] => {
        if (isBoxes(boxes)) return [image, boxes];
        throw wrongBoxes(text, `${JSON.stringify(image)} has no list of boxes`);
      }),
    );
    return (image) => byImage.get(image) ?? byImage.get(basename(image));
  }
  throw wrongBoxes(text, 'these are no boxes with x1 < x2 and y1 < y2');
}

function fromFile(file: string, resolvePath: (path: string) => string): unknown {
  try {
    return JSON.parse(readFileSync(resolvePath(file), 'utf8'));
  } catch (cause) {
    throw wrongBoxes(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function isBoxes(value: unknown): value is readonly Box[] {
  return Array.isArray(value) && value.every(isBox);
}

function isBox(value: unknown): value is Box {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const edges = value.filter((edge): edge is number => typeof edge === 'number' && Number.isFinite(edge));
  const [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = edges;
  return x1 < x2 && y1 < y2;
}

function wrongBoxes(text: string, why: string, cause?: unknown): Error {
  return usageError(`--boxes ${text}: ${why}`, FORMS, cause);
}
