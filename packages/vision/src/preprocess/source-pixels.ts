import type { RawFrame } from '../image/image-source.js';
import { PIXEL_LAYOUTS, strideOf, type PixelLayout } from '../image/raw-frame.js';

/** Pixels as they lie in memory: byte `y * stride + x * layout.channels` begins pixel (x, y). */
export interface SourcePixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly layout: PixelLayout;
}

/** Whole pixels. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a frame, in place. */
export function partOf(frame: RawFrame, part: PixelRect): SourcePixels {
  const stride = strideOf(frame);
  const layout = PIXEL_LAYOUTS[frame.format];
  const { x, y, width, height } = part;
  return { data: frame.data.subarray(y * stride + x * layout.channels), width, height, stride, layout };
}
