/** For each pixel of a line, the two tiles whose curves it mixes, and the share of the second. */
export interface TileNeighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float64Array;
}

/** Pixels of a line under `tiles` tiles: a curve belongs to the middle of its tile, `middle` pixels from the tile's edge. */
export function tileNeighbours(
  pixels: number,
  tiles: number,
  tileSize: number,
  middle: number,
): TileNeighbours {
  const first = new Int32Array(pixels);
  const second = new Int32Array(pixels);
  const weight = new Float64Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const place = (i - middle) / tileSize;
    const floor = Math.floor(place);
    first[i] = Math.max(0, Math.min(tiles - 1, floor));
    second[i] = Math.max(0, Math.min(tiles - 1, floor + 1));
    weight[i] = place - floor;
  }
  return { first, second, weight };
}

/** Levels mapped by a grid of curves, bilinearly mixed: `curves[(row * columns + column) * levels + level]`. */
export interface CurveGrid {
  readonly curves: Float32Array;
  /** Entries of one curve. */
  readonly levels: number;
  readonly columns: number;
}

/** Maps each pixel of a plane by the curves of its four nearest tiles. */
export function mapByTiles(
  plane: Uint8Array | Uint16Array,
  { curves, levels, columns }: CurveGrid,
  across: TileNeighbours,
  down: TileNeighbours,
  out: Uint8ClampedArray | Float32Array,
): void {
  const width = across.first.length;
  for (let y = 0, at = 0; y < down.first.length; y++) {
    const above = (down.first[y] ?? 0) * columns;
    const below = (down.second[y] ?? 0) * columns;
    const wy = down.weight[y] ?? 0;
    for (let x = 0; x < width; x++, at++) {
      const level = plane[at] ?? 0;
      const left = across.first[x] ?? 0;
      const right = across.second[x] ?? 0;
      const wx = across.weight[x] ?? 0;
      const top =
        (curves[(above + left) * levels + level] ?? 0) * (1 - wx) +
        (curves[(above + right) * levels + level] ?? 0) * wx;
      const bottom =
        (curves[(below + left) * levels + level] ?? 0) * (1 - wx) +
        (curves[(below + right) * levels + level] ?? 0) * wx;
      out[at] = top * (1 - wy) + bottom * wy;
    }
  }
}
