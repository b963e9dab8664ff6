import { CareError } from '@care/registry-core';
import { checkMaskSize, type MaskSize, type Rle } from './rle.js';
import { compressCounts, decompressCounts } from './rle-string.js';

/** A mask as COCO files have it: size is [height, width], counts compressed (string) or not (list). */
export interface CocoRle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string | readonly number[];
}

/** `compressed` (the default) is what COCO result files hold; lists are what COCO's crowd annotations hold. */
export function rleToCoco(
  { width, height, counts }: Rle,
  form: 'compressed' | 'list' = 'compressed',
): CocoRle {
  return {
    size: [height, width],
    counts: form === 'compressed' ? compressCounts(counts) : Array.from(counts),
  };
}

/** @throws CareError INPUT_INVALID when a run is no whole number >= 0, or the runs do not sum up to height x width */
export function rleFromCoco({ size: [height, width], counts }: CocoRle): Rle {
  checkMaskSize({ width, height });
  const runs = typeof counts === 'string' ? decompressCounts(counts) : runsFromList(counts);
  checkSum(runs, { width, height });
  return { width, height, counts: runs };
}

function runsFromList(counts: readonly number[]): Uint32Array {
  counts.forEach((count, index) => {
    if (Number.isInteger(count) && count >= 0 && count <= 0xffffffff) return;
    throw new CareError('INPUT_INVALID', `run length ${index} of the mask is ${count}`, {
      remedy: 'Give run lengths as whole numbers of pixels.',
    });
  });
  return Uint32Array.from(counts);
}

function checkSum(counts: Uint32Array, { width, height }: MaskSize): void {
  const sum = counts.reduce((total, count) => total + count, 0);
  if (sum === width * height) return;
  throw new CareError(
    'INPUT_INVALID',
    `the mask's runs sum up to ${sum}, but ${width} x ${height} pixels are ${width * height}`,
    { remedy: 'Check the size ([height, width]) and the run lengths of the mask.' },
  );
}
