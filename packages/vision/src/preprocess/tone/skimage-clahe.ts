import { mirrored } from '../mirrored.js';
import { sourceLines } from '../source-lines.js';
import type { SourcePixels } from '../source-pixels.js';
import { GRAY_LAYOUT, grayPlane } from './gray-plane.js';
import { mapByTiles, tileNeighbours } from './tile-grid.js';

/** Levels of scikit-image's own scale, and those that it tells apart: bins of 65. */
const GRAYS = 2 ** 14;
const BINS = 256;
const BIN_SIZE = 1 + GRAYS / BINS;
const CLIP_LIMIT = 0.03;

/**
 * scikit-image's `equalize_adapthist(clip_limit=0.03)`: tiles of an eighth of each side, of the luma when `gray`, otherwise of the
 * HSV value, hue and saturation kept. The result is stretched to 0..255, fractions cut off.
 */
export function skimageClahe(source: SourcePixels, gray: boolean): SourcePixels {
  const { width, height } = source;
  if (gray) {
    const plane = grayPlane(source);
    return {
      data: floored(equalized(plane, width, height)),
      width,
      height,
      stride: width,
      layout: GRAY_LAYOUT,
    };
  }
  const colors = new Uint8Array(width * height * 3);
  const values = new Uint8Array(width * height);
  const lines = sourceLines(source, { gray: false }, 0, width);
  for (let y = 0, to = 0; y < height; y++) {
    const { data, at, layout } = lines.line(y);
    for (let x = 0, from = at; x < width; x++, from += layout.channels, to += 3) {
      colors[to] = data[from + layout.red] ?? 0;
      colors[to + 1] = data[from + layout.green] ?? 0;
      colors[to + 2] = data[from + layout.blue] ?? 0;
      values[to / 3] = Math.max(colors[to] ?? 0, colors[to + 1] ?? 0, colors[to + 2] ?? 0);
    }
  }
  recolor(colors, values, equalized(values, width, height));
  return {
    data: colors,
    width,
    height,
    stride: width * 3,
    layout: { channels: 3, red: 0, green: 1, blue: 2 },
  };
}

/** Gives each pixel a new HSV value. Black has no hue: it becomes grey. */
function recolor(colors: Uint8Array, values: Uint8Array, equal: Float32Array): void {
  for (let pixel = 0, k = 0; pixel < values.length; pixel++) {
    const value = values[pixel] ?? 0;
    const level = equal[pixel] ?? 0;
    for (const end = k + 3; k < end; k++) {
      const share = value === 0 ? 1 : (colors[k] ?? 0) / value;
      colors[k] = Math.floor(level * share + ROUNDING);
    }
  }
}

/** What float32 arithmetic may lose below a whole level. */
const ROUNDING = 1e-4;

function floored(levels: Float32Array): Uint8Array {
  const bytes = new Uint8Array(levels.length);
  for (let k = 0; k < levels.length; k++) bytes[k] = Math.floor((levels[k] ?? 0) + ROUNDING);
  return bytes;
}

/** Levels 0..255, not rounded. */
function equalized(plane: Uint8Array, width: number, height: number): Float32Array {
  const bins = binsOf(plane);
  const tileWidth = Math.max(1, Math.floor(width / 8));
  const tileHeight = Math.max(1, Math.floor(height / 8));
  const columns = Math.ceil(width / tileWidth);
  const rows = Math.ceil(height / tileHeight);
  const curves = new Float32Array(columns * rows * BINS);
  const limit = Math.max(1, Math.trunc(CLIP_LIMIT * tileWidth * tileHeight));
  for (let tile = 0; tile < columns * rows; tile++) {
    const x = (tile % columns) * tileWidth;
    const y = Math.floor(tile / columns) * tileHeight;
    const histogram = new Int32Array(BINS);
    for (let row = y; row < y + tileHeight; row++) {
      const line = mirrored(row, height) * width;
      for (let column = x; column < x + tileWidth; column++) {
        const bin = bins[line + (column < width ? column : mirrored(column, width))] ?? 0;
        histogram[bin] = (histogram[bin] ?? 0) + 1;
      }
    }
    spreadExcess(histogram, limit);
    let sum = 0;
    histogram.forEach((count, bin) => {
      sum += count;
      curves[tile * BINS + bin] = Math.min(
        GRAYS - 1,
        Math.trunc(sum * ((GRAYS - 1) / (tileWidth * tileHeight))),
      );
    });
  }
  const mapped = new Float32Array(plane.length);
  mapByTiles(
    bins,
    { curves, levels: BINS, columns },
    tileNeighbours(width, columns, tileWidth, Math.ceil(tileWidth / 2)),
    tileNeighbours(height, rows, tileHeight, Math.ceil(tileHeight / 2)),
    mapped,
  );
  return stretched(mapped);
}

/** Levels of a plane, stretched to the whole scale, as bins. */
function binsOf(plane: Uint8Array): Uint8Array {
  let lowest = 255;
  let highest = 0;
  for (const level of plane) {
    lowest = Math.min(lowest, level);
    highest = Math.max(highest, level);
  }
  const scaled = (level: number): number =>
    lowest === highest
      ? Math.min(GRAYS - 1, level * 257)
      : Math.round(((level - lowest) / (highest - lowest)) * (GRAYS - 1));
  const curve = Uint8Array.from({ length: 256 }, (_, level) => Math.floor(scaled(level) / BIN_SIZE));
  const bins = new Uint8Array(plane.length);
  for (let k = 0; k < plane.length; k++) bins[k] = curve[plane[k] ?? 0] ?? 0;
  return bins;
}

function stretched(levels: Float32Array): Float32Array {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const level of levels) {
    lowest = Math.min(lowest, Math.trunc(level));
    highest = Math.max(highest, Math.trunc(level));
  }
  if (lowest === highest) return levels.fill(lowest < 1 ? 0 : 255);
  const scale = 255 / (highest - lowest);
  for (let k = 0; k < levels.length; k++) levels[k] = (Math.trunc(levels[k] ?? 0) - lowest) * scale;
  return levels;
}

/**
 * Cuts bins at the limit and gives what is above to the others: an even share to those with room for it, the rest of the limit to
 * those that are then nearly full, what remains one by one.
 */
function spreadExcess(histogram: Int32Array, limit: number): void {
  let excess = 0;
  for (const count of histogram) excess += Math.max(0, count - limit);
  const share = Math.floor(excess / BINS);
  histogram.forEach((count, bin) => {
    let filled = Math.min(count, limit);
    if (filled < limit - share) filled += share;
    if (filled >= limit - share) filled = limit;
    excess -= filled - Math.min(count, limit);
    histogram[bin] = filled;
  });
  while (excess > 0) {
    const before = excess;
    for (let first = 0; first < BINS && excess > 0; first++) {
      const open = histogram.reduce((sum, count) => sum + (count < limit ? 1 : 0), 0);
      const step = Math.max(1, Math.floor(open / excess));
      for (let bin = first; bin < BINS; bin += step) {
        const count = histogram[bin] ?? 0;
        if (count >= limit) continue;
        histogram[bin] = count + 1;
        excess--;
      }
    }
    if (excess === before) return;
  }
}
