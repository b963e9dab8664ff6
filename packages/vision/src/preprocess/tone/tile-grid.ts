/** For each pixel of a line, the two tiles whose curves it mixes, and the share of the second. */
export interface TileNeighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
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
  const weight = new Float32Array(pixels);
  // Floats of 32 bits, as in OpenCV, so that ties between two levels fall the same way.
  const share = Math.fround(1 / tileSize);
  for (let i = 0; i < pixels; i++) {
    const place = Math.fround(Math.fround(i * share) - Math.fround(middle / tileSize));
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
      const a = curves[(above + left) * levels + level] ?? 0;
      const b = curves[(above + right) * levels + level] ?? 0;
      const c = curves[(below + left) * levels + level] ?? 0;
      const d = curves[(below + right) * levels + level] ?? 0;
      out[at] = mixed(mixed(a, b, wx), mixed(c, d, wx), wy);
    }
  }
}

function mixed(first: number, second: number, weight: number): number {
  const of = Math.fround;
  return of(of(first * of(1 - weight)) + of(second * weight));
}
