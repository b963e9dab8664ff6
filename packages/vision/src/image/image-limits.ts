import { CareError } from '@care/registry-core';
import type { ImageLimits } from './image-source.js';

export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxPixels: 50_000_000,
  maxBytes: 64 * 1024 * 1024,
};

/** Fills in the defaults. @throws CareError OPTIONS_INVALID when a limit is not a positive integer */
export function imageLimits(limits: Partial<ImageLimits> = {}): ImageLimits {
  const filled = {
    maxPixels: limits.maxPixels ?? DEFAULT_IMAGE_LIMITS.maxPixels,
    maxBytes: limits.maxBytes ?? DEFAULT_IMAGE_LIMITS.maxBytes,
  };
  for (const [name, value] of Object.entries(filled)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new CareError(
        'OPTIONS_INVALID',
        `image limit ${name} must be a positive integer, found ${String(value)}`,
        {
          remedy: `Set ${name} to a whole number above 0, or leave it out.`,
          details: { option: name },
        },
      );
    }
  }
  return filled;
}

/** @throws CareError IMAGE_TOO_LARGE */
export function checkPixels(width: number, height: number, limits: ImageLimits, name: string): void {
  if (width * height <= limits.maxPixels) return;
  throw new CareError(
    'IMAGE_TOO_LARGE',
    `${name} has ${width} x ${height} pixels, the limit is ${limits.maxPixels} pixels in all`,
    { details: { width, height, maxPixels: limits.maxPixels } },
  );
}

/** @throws CareError IMAGE_TOO_LARGE */
export function checkBytes(bytes: number, limits: ImageLimits, name: string): void {
  if (bytes <= limits.maxBytes) return;
  throw new CareError(
    'IMAGE_TOO_LARGE',
    `${name} has ${bytes} bytes or more, the limit is ${limits.maxBytes} bytes`,
    {
      remedy: 'Use a smaller file, or raise the byte limit (maxBytes).',
      details: { bytes, maxBytes: limits.maxBytes },
    },
  );
}
