import { CareError } from '@care/registry-core';
import type { Size } from '../../../preprocess/resize-geometry.js';
import type { Box, PredictOptions } from '../../task.js';

/** Pixels: of less, nothing can be seen, and the scale to the input would leave the range of numbers. */
const MIN_SIDE = 0.01;

/**
 * Where the persons are: the caller's boxes clamped to the picture, those without area in it left out; the whole picture when
 * the caller gives none.
 * @throws CareError OPTIONS_INVALID naming the box that is none
 */
export function personBoxes({ boxes }: PredictOptions, { width, height }: Size): Box[] {
  if (boxes === undefined) return [[0, 0, width, height]];
  checkList(boxes);
  return boxes
    .map((box, index) => {
      checkBox(box, index);
      const [x1, y1, x2, y2] = box;
      return [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)] as const;
    })
    .filter(([x1, y1, x2, y2]) => x2 - x1 >= MIN_SIDE && y2 - y1 >= MIN_SIDE);
}

const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, value));

/** Unknown: callers in JavaScript and command lines pass anything. */
function checkList(boxes: unknown): void {
  if (!Array.isArray(boxes)) throw invalid('boxes', String(boxes));
}

function checkBox(box: unknown, index: number): void {
  const numbers: unknown[] = Array.isArray(box) ? box : [];
  const [x1, y1, x2, y2] = numbers.filter((value) => typeof value === 'number' && Number.isFinite(value));
  if (numbers.length === 4 && Number(x2) >= Number(x1) && Number(y2) >= Number(y1)) return;
  throw invalid(`boxes[${index}]`, JSON.stringify(box));
}

function invalid(option: string, found: string): CareError {
  return new CareError(
    'OPTIONS_INVALID',
    `option ${option} must be [x1, y1, x2, y2] with x1 <= x2 and y1 <= y2, found ${found}`,
    {
      remedy: 'Give boxes in pixels of the upright picture, or leave them out for the whole picture.',
      details: { option },
    },
  );
}
