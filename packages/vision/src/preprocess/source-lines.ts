import type { PixelLayout } from '../image/raw-frame.js';
import type { SourcePixels } from './source-pixels.js';
import { LUMA_BLUE, LUMA_GREEN, LUMA_HALF, LUMA_RED, LUMA_SHIFT } from './tone/luma.js';
import type { Tone } from './tone/tone.js';

/** One line of pixels: byte `at` begins the first. */
export interface SourceLine {
  readonly data: Uint8Array;
  readonly at: number;
  readonly layout: PixelLayout;
}

/** Lines of a picture with its tone applied. A line is valid until the next is asked for. */
export interface SourceLines {
  line(index: number): SourceLine;
}

const GRAY: PixelLayout = { channels: 1, red: 0, green: 0, blue: 0 };
const RGB: PixelLayout = { channels: 3, red: 0, green: 1, blue: 2 };

/**
 * Lines in place when tone changes nothing. Otherwise a line is toned when it is asked for, into a buffer that stays in the
 * processor's cache: grey as one byte a pixel, colours as three. Only columns `begin` to `end` (exclusive) are.
 */
export function sourceLines(source: SourcePixels, tone: Tone, begin: number, end: number): SourceLines {
  const { data, stride, layout } = source;
  if (!tone.gray && tone.curve === undefined) {
    return { line: (index) => ({ data, at: index * stride, layout }) };
  }
  if (tone.gray && layout.channels === 1 && tone.grayCurve === undefined && tone.curve === undefined) {
    return { line: (index) => ({ data, at: index * stride, layout: GRAY }) };
  }
  const buffer = new Uint8Array(source.width * (tone.gray ? 1 : 3));
  const curve = tone.curve ?? IDENTITY;
  const grayCurve = tone.grayCurve ?? IDENTITY;
  const curved = tone.curve !== undefined || tone.grayCurve !== undefined;
  const line = { data: buffer, at: 0, layout: tone.gray ? GRAY : RGB };
  return {
    line(index) {
      if (tone.gray && !curved) toLuma(source, index * stride, begin, end, buffer);
      else if (tone.gray) toGray(source, index * stride, begin, end, curve, grayCurve, buffer);
      else toColors(source, index * stride, begin, end, curve, buffer);
      return line;
    },
  };
}

const IDENTITY = Uint8Array.from({ length: 256 }, (_, level) => level);

function toLuma(
  { data, layout }: SourcePixels,
  at: number,
  begin: number,
  end: number,
  line: Uint8Array,
): void {
  const { channels, red, green, blue } = layout;
  for (let x = begin, from = at + begin * channels; x < end; x++, from += channels) {
    line[x] =
      (Math.imul(data[from + red] ?? 0, LUMA_RED) +
        Math.imul(data[from + green] ?? 0, LUMA_GREEN) +
        Math.imul(data[from + blue] ?? 0, LUMA_BLUE) +
        LUMA_HALF) >>
      LUMA_SHIFT;
  }
}

function toGray(
  { data, layout }: SourcePixels,
  at: number,
  begin: number,
  end: number,
  curve: Uint8Array,
  grayCurve: Uint8Array,
  line: Uint8Array,
): void {
  const { channels, red, green, blue } = layout;
  for (let x = begin, from = at + begin * channels; x < end; x++, from += channels) {
    const luma =
      (Math.imul(curve[data[from + red] ?? 0] ?? 0, LUMA_RED) +
        Math.imul(curve[data[from + green] ?? 0] ?? 0, LUMA_GREEN) +
        Math.imul(curve[data[from + blue] ?? 0] ?? 0, LUMA_BLUE) +
        LUMA_HALF) >>
      LUMA_SHIFT;
    line[x] = grayCurve[luma] ?? 0;
  }
}

function toColors(
  { data, layout }: SourcePixels,
  at: number,
  begin: number,
  end: number,
  curve: Uint8Array,
  line: Uint8Array,
): void {
  const { channels, red, green, blue } = layout;
  for (let x = begin, from = at + begin * channels, to = begin * 3; x < end; x++, from += channels, to += 3) {
    line[to] = curve[data[from + red] ?? 0] ?? 0;
    line[to + 1] = curve[data[from + green] ?? 0] ?? 0;
    line[to + 2] = curve[data[from + blue] ?? 0] ?? 0;
  }
}
