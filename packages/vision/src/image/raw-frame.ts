import { isUint8Array } from 'node:util/types';
import { CareError } from '@care/registry-core';
import { checkPixels } from './image-limits.js';
import type { ImageLimits, PixelFormat, RawFrame } from './image-source.js';

/** Where the colours of a pixel lie: byte offsets inside the pixel. Grey frames have all three at 0. */
export interface PixelLayout {
  readonly channels: 1 | 3 | 4;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export const PIXEL_LAYOUTS: Readonly<Record<PixelFormat, PixelLayout>> = {
  rgb: { channels: 3, red: 0, green: 1, blue: 2 },
  bgr: { channels: 3, red: 2, green: 1, blue: 0 },
  rgba: { channels: 4, red: 0, green: 1, blue: 2 },
  bgra: { channels: 4, red: 2, green: 1, blue: 0 },
  gray: { channels: 1, red: 0, green: 0, blue: 0 },
};

/** Bytes from one row of the frame to the next. */
export function strideOf(frame: RawFrame): number {
  return frame.stride ?? frame.width * PIXEL_LAYOUTS[frame.format].channels;
}

/**
 * Checks that the described pixels lie inside `data`. Copies nothing and returns the frame itself.
 * @throws CareError INPUT_INVALID, IMAGE_TOO_LARGE
 */
export function checkRawFrame(frame: RawFrame, limits: ImageLimits): RawFrame {
  const { data, width, height, format } = frame;
  if (!isUint8Array(data)) throw invalid('data must be a Uint8Array', frame);
  if (!Object.hasOwn(PIXEL_LAYOUTS, format)) {
    throw invalid(`format must be one of ${Object.keys(PIXEL_LAYOUTS).join(', ')}`, frame);
  }
  if (!Number.isSafeInteger(width) || width < 1 || !Number.isSafeInteger(height) || height < 1) {
    throw invalid('width and height must be whole numbers above 0', frame);
  }
  checkPixels(width, height, limits, 'the raw frame');
  const rowBytes = width * PIXEL_LAYOUTS[format].channels;
  const stride = strideOf(frame);
  if (!Number.isSafeInteger(stride) || stride < rowBytes) {
    throw invalid(`stride must be a whole number of at least ${rowBytes} bytes (one row)`, frame);
  }
  if ((frame.orientation ?? 1) !== 1) {
    throw invalid('a frame that is handed over must be upright: turn its pixels, without orientation', frame);
  }
  const needed = stride * (height - 1) + rowBytes;
  if (data.length < needed) throw invalid(`data must hold at least ${needed} bytes`, frame);
  return frame;
}

/** The pixels as tightly packed RGB: the frame's own bytes when they are that already, otherwise a copy. */
export function packedRgb(frame: RawFrame): Uint8Array {
  const { data, width, height, format } = frame;
  const { channels, red, green, blue } = PIXEL_LAYOUTS[format];
  const stride = strideOf(frame);
  if (format === 'rgb' && stride === width * 3) return data.subarray(0, width * height * 3);
  const packed = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = y * stride; x < width; x++, from += channels) {
      packed[to++] = data[from + red] ?? 0;
      packed[to++] = data[from + green] ?? 0;
      packed[to++] = data[from + blue] ?? 0;
    }
  }
  return packed;
}

function invalid(what: string, frame: RawFrame): CareError {
  const { width, height, stride } = frame;
  const bytes = isUint8Array(frame.data) ? frame.data.length : 0;
  const found = `${width} x ${height} ${frame.format}, stride ${stride ?? 'none'}, ${bytes} bytes`;
  return new CareError('INPUT_INVALID', `raw frame: ${what}; found ${found}`, {
    remedy: 'Describe the frame as it lies in memory: width, height, format, stride in bytes.',
  });
}
