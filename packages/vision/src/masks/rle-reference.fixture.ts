import { readFileSync } from 'node:fs';
import type { CocoRle } from './coco-rle.js';
import type { MaskBitmap } from './mask-bitmap.js';

/** What pycocotools 2.0.11 says of random masks and polygons; made by tools/fixtures/evaluate_rle.py. */
export interface RleReference {
  readonly groups: readonly {
    readonly size: CocoRle['size'];
    readonly masks: readonly {
      readonly rows: readonly string[];
      readonly counts: readonly number[];
      readonly compressed: string;
      readonly area: number;
      readonly box: readonly number[];
    }[];
    readonly iou: readonly (readonly number[])[];
    readonly iouCrowd: readonly (readonly number[])[];
    readonly union: readonly string[];
    readonly intersection: readonly string[];
    readonly unionOfAll: string;
  }[];
  readonly wide: { readonly counts: readonly number[]; readonly compressed: string };
  readonly polygons: readonly {
    readonly size: CocoRle['size'];
    readonly rings: readonly (readonly number[])[];
    readonly each: readonly string[];
    readonly union: string;
  }[];
}

export function rleReference(): RleReference {
  return JSON.parse(
    readFileSync(new URL('../evaluate/fixtures/rle.json', import.meta.url), 'utf8'),
  ) as RleReference;
}

/** A bitmap from rows such as `0110`, at the origin unless told otherwise. */
export function bitmapOfRows(rows: readonly string[], x = 0, y = 0): MaskBitmap {
  const data = Uint8Array.from(rows.join(''), Number);
  return { x, y, width: rows[0]?.length ?? 0, height: rows.length, data };
}
