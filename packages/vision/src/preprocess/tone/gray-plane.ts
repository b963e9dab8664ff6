import type { PixelLayout } from '../../image/raw-frame.js';
import { sourceLines } from '../source-lines.js';
import type { SourcePixels } from '../source-pixels.js';

export const GRAY_LAYOUT: PixelLayout = { channels: 1, red: 0, green: 0, blue: 0 };

/** Luma of a picture, one byte a pixel, without gaps. */
export function grayPlane(source: SourcePixels): Uint8Array {
  const { width, height } = source;
  const plane = new Uint8Array(width * height);
  const lines = sourceLines(source, { gray: true }, 0, width);
  for (let y = 0; y < height; y++) {
    const { data, at } = lines.line(y);
    plane.set(data.subarray(at, at + width), y * width);
  }
  return plane;
}
