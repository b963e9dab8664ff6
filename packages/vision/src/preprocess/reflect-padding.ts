import type { InputStorage } from './input-storage.js';
import { mirrored } from './mirrored.js';

/** A picture inside a padded plane, in pixels. */
export interface PaddedPlane {
  readonly width: number;
  readonly height: number;
  readonly content: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Fills what lies beside the picture with the mirrored picture; `at` is the index of the plane's first pixel in the tensor. */
export function reflectPadding(
  storage: InputStorage,
  at: number,
  pixelStep: number,
  { width, height, content }: PaddedPlane,
): void {
  const columns = Array.from({ length: width }, (_, x) => content.x + mirrored(x - content.x, content.width));
  for (let y = 0; y < height; y++) {
    const from = content.y + mirrored(y - content.y, content.height);
    const inContent = y === from;
    columns.forEach((column, x) => {
      if (inContent && column === x) return;
      storage.copy(at + (from * width + column) * pixelStep, at + (y * width + x) * pixelStep);
    });
  }
}
