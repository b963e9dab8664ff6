import type { Preprocessing } from '@care/registry-core';
import type { SourcePixels } from '../source-pixels.js';
import { cumulativeCurve, equalizationCurve } from './equalization.js';
import { levelHistogram } from './level-histogram.js';
import { opencvClahe } from './opencv-clahe.js';
import { skimageClahe } from './skimage-clahe.js';
import { stretchingCurve } from './stretching.js';

/** What becomes of a pixel before it is resized: each colour through `curve`, then luma if `gray`, and that through `grayCurve`. */
export interface Tone {
  readonly gray: boolean;
  /** 256 levels. */
  readonly curve?: Uint8Array;
  readonly grayCurve?: Uint8Array;
}

/** A picture and the tone it is to be read with. */
export interface TonedSource {
  readonly source: SourcePixels;
  readonly tone: Tone;
}

export type ToneSettings = Pick<Preprocessing, 'color' | 'grayscale' | 'contrast'>;

/** Whether the tone of these settings is grey. */
export function leavesGray({ color, grayscale = false, contrast }: ToneSettings): boolean {
  if (color === 'gray' || grayscale) return true;
  return contrast?.order === 'before-grayscale' && contrast.method !== 'stretching';
}

/**
 * Contrast and greyscale of a picture. All but adaptive equalization are a curve, made from one look at the picture and applied
 * while it is resized.
 */
export function tonedSource(source: SourcePixels, settings: ToneSettings): TonedSource {
  const gray = leavesGray(settings);
  const { contrast } = settings;
  if (contrast === undefined) return { source, tone: { gray } };
  const before = contrast.order === 'before-grayscale';
  switch (contrast.method) {
    case 'stretching':
      if (before) return { source, tone: { gray, curve: stretchingCurve(levelHistogram(source, COLORS)) } };
      // A grey picture is one of three equal channels there, which moves what lies between two values.
      return {
        source,
        tone: curved(gray, stretchingCurve(levelHistogram(source, { gray }).map((n) => n * (gray ? 3 : 1)))),
      };
    case 'histogram-equalization':
      if (before) return { source, tone: curved(gray, equalizationCurve(levelHistogram(source, GRAY))) };
      return { source, tone: curved(gray, cumulativeCurve(levelHistogram(source, { gray }))) };
    case 'adaptive-equalization':
      if (before) return { source: opencvClahe(source), tone: { gray } };
      return { source: skimageClahe(source, gray), tone: { gray } };
  }
}

const COLORS: Tone = { gray: false };
const GRAY: Tone = { gray: true };

function curved(gray: boolean, curve: Uint8Array): Tone {
  return gray ? { gray, grayCurve: curve } : { gray, curve };
}
