import type { Rle } from './rle.js';

/** Pixels of the mask. */
export function rleArea({ counts }: Rle): number {
  let area = 0;
  for (let run = 1; run < counts.length; run += 2) area += counts[run] ?? 0;
  return area;
}

/** The smallest box around a mask in whole pixels; all 0 when the mask is empty. `x + width` is the first column after it. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Same figures as `pycocotools.mask.toBbox`. */
export function rleBox({ counts, width, height }: Rle): PixelBox {
  let [left, top, right, bottom] = [width, height, -1, -1];
  let position = 0;
  for (let run = 0; run < counts.length; run++) {
    const length = counts[run] ?? 0;
    if (run % 2 === 1 && length > 0) {
      const last = position + length - 1;
      const firstColumn = Math.floor(position / height);
      const lastColumn = Math.floor(last / height);
      left = Math.min(left, firstColumn);
      right = lastColumn;
      if (firstColumn === lastColumn) {
        top = Math.min(top, position % height);
        bottom = Math.max(bottom, last % height);
      } else {
        [top, bottom] = [0, height - 1];
      }
    }
    position += length;
  }
  if (right < 0) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
