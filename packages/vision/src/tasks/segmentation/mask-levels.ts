/** A rectangle of grid cells. */
export interface CellRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What makes the mask of one object: a value for each cell, above 0 inside. */
export interface MaskLevels {
  /** Cells of the whole grid. */
  readonly width: number;
  readonly height: number;
  /** Writes the region's values row by row; all finite. */
  read(region: CellRegion, into: Float64Array): void;
}

/** Planes of values in an output: cell (x, y) of plane k at `first + k * planeStep + (y * width + x) * cellStep`. */
export interface CellPlanes {
  readonly data: Float32Array;
  readonly first: number;
  readonly planeStep: number;
  readonly cellStep: number;
  readonly width: number;
  readonly height: number;
}

/** Beyond it nothing changes, and differences stay finite. */
const LIMIT = 1e30;

/** One plane as it is, less `level`. */
export function planeLevels(planes: CellPlanes, plane: number, level: number): MaskLevels {
  const { data, first, planeStep, cellStep, width, height } = planes;
  return {
    width,
    height,
    read(region, into) {
      let to = 0;
      for (let y = region.y; y < region.y + region.height; y++) {
        const row = first + plane * planeStep + y * width * cellStep;
        for (let x = region.x; x < region.x + region.width; x++) {
          into[to++] = bounded((data[row + x * cellStep] ?? 0) - level);
        }
      }
    },
  };
}

/** The sum of all planes, each times its coefficient, less `level`. Only cells of the region are computed. */
export function weightedLevels(
  planes: CellPlanes,
  coefficients: ArrayLike<number>,
  level: number,
): MaskLevels {
  const { data, first, planeStep, cellStep, width, height } = planes;
  const count = coefficients.length;

  const addRow = (start: number, cells: number, into: Float64Array, to: number): void => {
    // Four planes at a time: the sums are loaded and stored a quarter as often.
    for (let k = 0; k < count; k += 4) {
      const [a, b] = [coefficients[k] ?? 0, coefficients[k + 1] ?? 0];
      const [c, d] = [coefficients[k + 2] ?? 0, coefficients[k + 3] ?? 0];
      const p = start + k * planeStep;
      // Planes that do not exist are read from the first of the four and count nothing.
      const q = k + 1 < count ? p + planeStep : p;
      const r = k + 2 < count ? p + 2 * planeStep : p;
      const s = k + 3 < count ? p + 3 * planeStep : p;
      for (let x = 0, at = 0; x < cells; x++, at += cellStep) {
        into[to + x] =
          (into[to + x] ?? 0) +
          a * (data[p + at] ?? 0) +
          b * (data[q + at] ?? 0) +
          c * (data[r + at] ?? 0) +
          d * (data[s + at] ?? 0);
      }
    }
  };

  return {
    width,
    height,
    read(region, into) {
      const size = region.width * region.height;
      into.fill(-level, 0, size);
      for (let y = 0; y < region.height; y++) {
        const start = first + ((region.y + y) * width + region.x) * cellStep;
        addRow(start, region.width, into, y * region.width);
      }
      for (let i = 0; i < size; i++) into[i] = bounded(into[i] ?? 0);
    },
  };
}

/** NaN becomes the lowest value: it belongs to no mask. */
function bounded(value: number): number {
  return value >= -LIMIT ? Math.min(value, LIMIT) : -LIMIT;
}
