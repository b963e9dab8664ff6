import type { RowTarget } from './row-target.js';
import type { SamplingTable } from './sampling-table.js';
import type { SourcePixels } from './source-pixels.js';

/** Bilinear tables of a placement, in bytes of one source format; made once for a stream of equal frames. */
export interface BilinearTables {
  /** Byte offsets of the left and right source pixel, and the weight of the right one, of {@link X_ONE}. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weightX: Int32Array;
  /** Byte offsets of the upper and lower source row, and the weight of the lower one, of {@link Y_ONE}. */
  readonly top: Int32Array;
  readonly bottom: Int32Array;
  readonly weightY: Int32Array;
  /** Every output pixel lies exactly on a source pixel (scale 1, or shrinking by an odd whole number): nothing to interpolate. */
  readonly aligned: boolean;
  /** Every output pixel is the mean of four (both sides halved, as of a 1280 x 720 camera for a 640 px model): no weights are needed. */
  readonly halved: boolean;
}

// Weights are whole numbers, 11 bits as OpenCV's and 12: a sum of four weighted bytes just fits 31 bits, and one conversion to a
// float instead of four makes the loop a quarter faster. The error is below a tenth of a grey level.
const X_BITS = 11;
const Y_BITS = 12;
const X_ONE = 1 << X_BITS;
const Y_ONE = 1 << Y_BITS;
const BITS = X_BITS + Y_BITS;
const ONE = 1 << BITS;
const HALF = ONE >> 1;

/** Nothing when the tables are not those of a bilinear resize inside the source: one or two taps, no padding. */
export function bilinearTables(
  x: SamplingTable,
  y: SamplingTable,
  source: SourcePixels,
): BilinearTables | undefined {
  if (x.taps > 2 || y.taps > 2 || x.rest !== undefined || y.rest !== undefined) return undefined;
  const columns = pairs(x, source.layout.channels, X_ONE);
  const rows = pairs(y, source.stride, Y_ONE);
  return {
    left: columns.first,
    right: columns.second,
    weightX: columns.weight,
    top: rows.first,
    bottom: rows.second,
    weightY: rows.weight,
    aligned: columns.weight.every((w) => w === 0) && rows.weight.every((w) => w === 0),
    halved: columns.weight.every((w) => w === X_ONE / 2) && rows.weight.every((w) => w === Y_ONE / 2),
  };
}

function pairs(
  { taps, start, weights }: SamplingTable,
  step: number,
  one: number,
): { first: Int32Array; second: Int32Array; weight: Int32Array } {
  return {
    first: start.map((position) => position * step),
    second: start.map((position) => (position + taps - 1) * step),
    weight: start.map((_, i) => (taps === 1 ? 0 : Math.round((weights[i * taps + 1] ?? 0) * one))),
  };
}

/**
 * Resamples one output row to whole grey levels, as OpenCV does in 8 bits, orders, scales and normalises it, straight from the source
 * bytes.
 */
export function sampleBilinearRow(
  source: SourcePixels,
  tables: BilinearTables,
  y: number,
  target: RowTarget,
): void {
  if (tables.aligned) copyRow(source, tables, y, target);
  else if (tables.halved) averageRow(source, tables, y, target);
  else interpolateRow(source, tables, y, target);
}

function interpolateRow(source: SourcePixels, tables: BilinearTables, y: number, target: RowTarget): void {
  const pixels = source.data;
  const { red, green, blue } = source.layout;
  const { left, right, weightX } = tables;
  const { data, pixelStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  const topRow = tables.top[y] ?? 0;
  const bottomRow = tables.bottom[y] ?? 0;
  const wy = tables.weightY[y] ?? 0;
  let [r, g, b] = target.start;
  for (let x = 0; x < left.length; x++) {
    const l = left[x] ?? 0;
    const q = right[x] ?? 0;
    const wx = weightX[x] ?? 0;
    const w11 = Math.imul(wx, wy);
    const w01 = ((wx << Y_BITS) - w11) | 0;
    const w10 = ((wy << X_BITS) - w11) | 0;
    const w00 = (ONE - (wx << Y_BITS) - w10) | 0;
    const tl = (topRow + l) | 0;
    const tr = (topRow + q) | 0;
    const bl = (bottomRow + l) | 0;
    const br = (bottomRow + q) | 0;
    data[r] =
      ((Math.imul(pixels[tl + red] ?? 0, w00) +
        Math.imul(pixels[tr + red] ?? 0, w01) +
        Math.imul(pixels[bl + red] ?? 0, w10) +
        Math.imul(pixels[br + red] ?? 0, w11) +
        HALF) >>
        BITS) *
        gainR +
      biasR;
    data[g] =
      ((Math.imul(pixels[tl + green] ?? 0, w00) +
        Math.imul(pixels[tr + green] ?? 0, w01) +
        Math.imul(pixels[bl + green] ?? 0, w10) +
        Math.imul(pixels[br + green] ?? 0, w11) +
        HALF) >>
        BITS) *
        gainG +
      biasG;
    data[b] =
      ((Math.imul(pixels[tl + blue] ?? 0, w00) +
        Math.imul(pixels[tr + blue] ?? 0, w01) +
        Math.imul(pixels[bl + blue] ?? 0, w10) +
        Math.imul(pixels[br + blue] ?? 0, w11) +
        HALF) >>
        BITS) *
        gainB +
      biasB;
    r += pixelStep;
    g += pixelStep;
    b += pixelStep;
  }
}

/** The same numbers as {@link interpolateRow} gives for four equal weights, in half of its time. */
function averageRow(
  source: SourcePixels,
  { left, top, bottom }: BilinearTables,
  y: number,
  target: RowTarget,
): void {
  const pixels = source.data;
  const { red, green, blue, channels } = source.layout;
  const { data, pixelStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  const first = left[0] ?? 0;
  let upper = ((top[y] ?? 0) + first) | 0;
  let lower = ((bottom[y] ?? 0) + first) | 0;
  const step = 2 * channels;
  const [nextR, nextG, nextB] = [red + channels, green + channels, blue + channels];
  let [r, g, b] = target.start;
  for (let x = left.length; x > 0; x--) {
    const sumR =
      (pixels[upper + red] ?? 0) +
      (pixels[upper + nextR] ?? 0) +
      (pixels[lower + red] ?? 0) +
      (pixels[lower + nextR] ?? 0);
    const sumG =
      (pixels[upper + green] ?? 0) +
      (pixels[upper + nextG] ?? 0) +
      (pixels[lower + green] ?? 0) +
      (pixels[lower + nextG] ?? 0);
    const sumB =
      (pixels[upper + blue] ?? 0) +
      (pixels[upper + nextB] ?? 0) +
      (pixels[lower + blue] ?? 0) +
      (pixels[lower + nextB] ?? 0);
    data[r] = ((sumR + 2) >> 2) * gainR + biasR;
    data[g] = ((sumG + 2) >> 2) * gainG + biasG;
    data[b] = ((sumB + 2) >> 2) * gainB + biasB;
    upper = (upper + step) | 0;
    lower = (lower + step) | 0;
    r += pixelStep;
    g += pixelStep;
    b += pixelStep;
  }
}

function copyRow(source: SourcePixels, { left, top }: BilinearTables, y: number, target: RowTarget): void {
  const pixels = source.data;
  const { red, green, blue } = source.layout;
  const { data, pixelStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  const row = top[y] ?? 0;
  let [r, g, b] = target.start;
  for (const column of left) {
    const from = row + column;
    data[r] = (pixels[from + red] ?? 0) * gainR + biasR;
    data[g] = (pixels[from + green] ?? 0) * gainG + biasG;
    data[b] = (pixels[from + blue] ?? 0) * gainB + biasB;
    r += pixelStep;
    g += pixelStep;
    b += pixelStep;
  }
}
