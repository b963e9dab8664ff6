import type { PixelLayout } from '../image/raw-frame.js';
import type { SamplingTable } from './sampling-table.js';

/** Where and how a kernel writes: channel c of pixel (x, y) goes to `start[c] + y * rowStep + x * pixelStep`. */
export interface PlaneTarget {
  readonly data: Float32Array;
  readonly start: readonly [red: number, green: number, blue: number];
  readonly pixelStep: number;
  readonly rowStep: number;
  /** value = pixel * gain + bias, for red, green and blue. */
  readonly gain: readonly [number, number, number];
  readonly bias: readonly [number, number, number];
}

export interface SourcePixels {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly layout: PixelLayout;
}

/** Bilinear tables of a geometry, in bytes of one source format; made once for a stream of equal frames. */
export interface BilinearTables {
  readonly width: number;
  readonly height: number;
  /** Byte offsets of the left and right source pixel, and the weight of the right one. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weightX: Float32Array;
  readonly top: Int32Array;
  readonly bottom: Int32Array;
  readonly weightY: Float32Array;
  /** Every output pixel lies exactly on a source pixel (scale 1, or shrinking by an odd whole number): nothing to interpolate. */
  readonly aligned: boolean;
}

export function bilinearTables(x: SamplingTable, y: SamplingTable, source: SourcePixels): BilinearTables {
  const columns = pairs(x, source.layout.channels);
  const rows = pairs(y, source.stride);
  return {
    width: x.start.length,
    height: y.start.length,
    left: columns.first,
    right: columns.second,
    weightX: columns.weight,
    top: rows.first,
    bottom: rows.second,
    weightY: rows.weight,
    aligned: columns.weight.every((w) => w === 0) && rows.weight.every((w) => w === 0),
  };
}

function pairs(
  table: SamplingTable,
  step: number,
): { first: Int32Array; second: Int32Array; weight: Float32Array } {
  const { taps, start, weights } = table;
  return {
    first: start.map((position) => position * step),
    second: start.map((position) => (position + taps - 1) * step),
    weight: new Float32Array(start.length).map((_, i) => (taps === 1 ? 0 : (weights[i * taps + 1] ?? 0))),
  };
}

/** Resamples, orders, scales and normalises in one pass over the output, straight from the source bytes. */
export function sampleBilinear(source: SourcePixels, tables: BilinearTables, target: PlaneTarget): void {
  if (tables.aligned) copyPixels(source, tables, target);
  else interpolate(source, tables, target);
}

function interpolate(source: SourcePixels, tables: BilinearTables, target: PlaneTarget): void {
  const pixels = source.data;
  const { red, green, blue } = source.layout;
  const { width, height, left, right, weightX, top, bottom, weightY } = tables;
  const { data, pixelStep, rowStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  for (let y = 0; y < height; y++) {
    const topRow = top[y] ?? 0;
    const bottomRow = bottom[y] ?? 0;
    const wy = weightY[y] ?? 0;
    let r = target.start[0] + y * rowStep;
    let g = target.start[1] + y * rowStep;
    let b = target.start[2] + y * rowStep;
    for (let x = 0; x < width; x++) {
      const l = left[x] ?? 0;
      const q = right[x] ?? 0;
      const w11 = (weightX[x] ?? 0) * wy;
      const w01 = (weightX[x] ?? 0) - w11;
      const w10 = wy - w11;
      const w00 = 1 - w01 - wy;
      const tl = topRow + l;
      const tr = topRow + q;
      const bl = bottomRow + l;
      const br = bottomRow + q;
      data[r] =
        ((pixels[tl + red] ?? 0) * w00 +
          (pixels[tr + red] ?? 0) * w01 +
          (pixels[bl + red] ?? 0) * w10 +
          (pixels[br + red] ?? 0) * w11) *
          gainR +
        biasR;
      data[g] =
        ((pixels[tl + green] ?? 0) * w00 +
          (pixels[tr + green] ?? 0) * w01 +
          (pixels[bl + green] ?? 0) * w10 +
          (pixels[br + green] ?? 0) * w11) *
          gainG +
        biasG;
      data[b] =
        ((pixels[tl + blue] ?? 0) * w00 +
          (pixels[tr + blue] ?? 0) * w01 +
          (pixels[bl + blue] ?? 0) * w10 +
          (pixels[br + blue] ?? 0) * w11) *
          gainB +
        biasB;
      r += pixelStep;
      g += pixelStep;
      b += pixelStep;
    }
  }
}

function copyPixels(source: SourcePixels, tables: BilinearTables, target: PlaneTarget): void {
  const pixels = source.data;
  const { red, green, blue } = source.layout;
  const { width, height, left, top } = tables;
  const { data, pixelStep, rowStep } = target;
  const [gainR, gainG, gainB] = target.gain;
  const [biasR, biasG, biasB] = target.bias;
  for (let y = 0; y < height; y++) {
    const row = top[y] ?? 0;
    let r = target.start[0] + y * rowStep;
    let g = target.start[1] + y * rowStep;
    let b = target.start[2] + y * rowStep;
    for (let x = 0; x < width; x++) {
      const from = row + (left[x] ?? 0);
      data[r] = (pixels[from + red] ?? 0) * gainR + biasR;
      data[g] = (pixels[from + green] ?? 0) * gainG + biasG;
      data[b] = (pixels[from + blue] ?? 0) * gainB + biasB;
      r += pixelStep;
      g += pixelStep;
      b += pixelStep;
    }
  }
}
