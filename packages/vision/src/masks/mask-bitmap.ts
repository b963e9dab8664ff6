import { CareError } from '@care/registry-core';
import { checkMaskSize, type MaskSize, type Rle } from './rle.js';
import { rleBox, type PixelBox } from './rle-measure.js';
import { RunCollector } from './run-collector.js';

/**
 * A mask over a box of an image: `data[row * width + column]` is 1 where pixel (x + column, y + row) belongs to the object, else
 * 0. The origin is in whole pixels of the upright original image.
 */
export interface MaskBitmap extends PixelBox {
  readonly data: Uint8Array;
}

/**
 * Run lengths of a bitmap; what lies outside the image is cut off. Any value but 0 counts as 1.
 * @throws CareError INPUT_INVALID when the origin is not whole or `data` is not of `width * height` values
 */
export function rleFromBitmap(bitmap: MaskBitmap, image: MaskSize): Rle {
  checkMaskSize(image);
  checkBitmap(bitmap);
  const { x, y, width, height, data } = bitmap;
  const runs = new RunCollector();
  const [firstRow, endRow] = [Math.max(0, -y), Math.min(height, image.height - y)];
  const [firstColumn, endColumn] = [Math.max(0, -x), Math.min(width, image.width - x)];
  for (let column = firstColumn; column < endColumn; column++) {
    const top = (x + column) * image.height + y;
    for (let row = firstRow; row < endRow; row++) {
      if (data[row * width + column] === 0) continue;
      const start = row++;
      while (row < endRow && data[row * width + column] !== 0) row++;
      runs.add(top + start, top + row);
    }
  }
  return runs.finish(image);
}

/** The mask over its own smallest box (the default) or over the whole image. */
export function bitmapFromRle(mask: Rle, over: 'box' | 'image' = 'box'): MaskBitmap {
  const box = over === 'box' ? rleBox(mask) : { x: 0, y: 0, width: mask.width, height: mask.height };
  const data = new Uint8Array(box.width * box.height);
  let position = 0;
  mask.counts.forEach((length, run) => {
    if (run % 2 === 1) paintRun(data, box, position, position + length, mask.height);
    position += length;
  });
  return { ...box, data };
}

function paintRun(data: Uint8Array, box: PixelBox, start: number, end: number, imageHeight: number): void {
  let column = Math.floor(start / imageHeight);
  let row = start - column * imageHeight;
  for (let position = start; position < end; position++) {
    data[(row - box.y) * box.width + column - box.x] = 1;
    if (++row === imageHeight) [row, column] = [0, column + 1];
  }
}

/** @throws CareError INPUT_INVALID */
export function checkBitmap({ x, y, width, height, data }: MaskBitmap): void {
  checkMaskSize({ width, height });
  if (Number.isInteger(x) && Number.isInteger(y) && data.length === width * height) return;
  throw new CareError(
    'INPUT_INVALID',
    `a mask bitmap at (${x}, ${y}) of ${width} x ${height} pixels cannot have ${data.length} values`,
    { remedy: 'Give a whole origin and one value a pixel, row by row.' },
  );
}
