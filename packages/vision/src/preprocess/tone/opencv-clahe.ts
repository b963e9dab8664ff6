import { mirrored } from '../mirrored.js';
import type { SourcePixels } from '../source-pixels.js';
import { GRAY_LAYOUT, grayPlane } from './gray-plane.js';
import { mapByTiles, tileNeighbours } from './tile-grid.js';

const TILES = 8;
const LEVELS = 256;
/** What Roboflow's classic servers give `createCLAHE`: most pixels of a tile in one level, as a multiple of its even share. */
const CLIP_LIMIT = 0.03;

/**
 * Contrast limited adaptive histogram equalization (Zuiderveld, Graphics Gems IV, 1994) of the luma, as OpenCV's CLAHE has it: 8 x 8
 * tiles over the picture, which is mirrored at the right and below unless both sides are multiples of 8.
 */
export function opencvClahe(source: SourcePixels): SourcePixels {
  const { width, height } = source;
  const plane = grayPlane(source);
  const fits = width % TILES === 0 && height % TILES === 0;
  const tileSize = (side: number): number => (fits ? side : side + TILES - (side % TILES)) / TILES;
  const tileWidth = tileSize(width);
  const tileHeight = tileSize(height);
  const curves = new Float32Array(TILES * TILES * LEVELS);
  for (let tile = 0; tile < TILES * TILES; tile++) {
    const x = (tile % TILES) * tileWidth;
    const y = Math.floor(tile / TILES) * tileHeight;
    const histogram = new Uint32Array(LEVELS);
    for (let row = y; row < y + tileHeight; row++) {
      const line = mirrored(row, height) * width;
      for (let column = x; column < x + tileWidth; column++) {
        const level = plane[line + (column < width ? column : mirrored(column, width))] ?? 0;
        histogram[level] = (histogram[level] ?? 0) + 1;
      }
    }
    curves.set(tileCurve(histogram, tileWidth * tileHeight), tile * LEVELS);
  }
  // Clamped storing rounds half to even, as OpenCV does.
  const out = new Uint8ClampedArray(width * height);
  mapByTiles(
    plane,
    { curves, levels: LEVELS, columns: TILES },
    tileNeighbours(width, TILES, tileWidth, tileWidth / 2),
    tileNeighbours(height, TILES, tileHeight, tileHeight / 2),
    out,
  );
  return { data: new Uint8Array(out.buffer), width, height, stride: width, layout: GRAY_LAYOUT };
}

/** What is above the limit is spread evenly over all levels; then levels in equal shares. */
function tileCurve(histogram: Uint32Array, pixels: number): Uint8ClampedArray {
  const limit = Math.max(1, Math.trunc((CLIP_LIMIT * pixels) / LEVELS));
  let excess = 0;
  for (let level = 0; level < LEVELS; level++) {
    const count = histogram[level] ?? 0;
    excess += Math.max(0, count - limit);
    histogram[level] = Math.min(limit, count);
  }
  const share = Math.floor(excess / LEVELS);
  const rest = excess - share * LEVELS;
  const step = rest === 0 ? LEVELS : Math.max(1, Math.floor(LEVELS / rest));
  const scale = Math.fround(255 / pixels);
  const curve = new Uint8ClampedArray(LEVELS);
  let sum = 0;
  for (let level = 0; level < LEVELS; level++) {
    const extra = level % step === 0 && level / step < rest ? 1 : 0;
    sum += (histogram[level] ?? 0) + share + extra;
    curve[level] = Math.fround(sum * scale);
  }
  return curve;
}
