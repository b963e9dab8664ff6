import type { Rle } from '../../masks/rle.js';
import { RunCollector } from '../../masks/run-collector.js';
import type { ResizeGeometry } from '../../preprocess/resize-geometry.js';
import type { Box } from '../task-prediction.js';
import { axesOf, gridAxis } from './grid-axis.js';
import type { GridAxis } from './grid-axis.js';
import type { MaskLevels } from './mask-levels.js';

/** Masks of the objects of one image, from values on one grid. */
export type MaskUpsampler = (levels: MaskLevels, box: Box) => Rle;

/**
 * The mask of an object in the resolution of the upright original: its values, known at grid cells, are upsampled bilinearly,
 * cut to the box (pixel column c belongs to it when x1 <= c < x2, rows alike) and are inside where they are above 0. Same
 * pixels as Ultralytics' `process_mask_native` (`retina_masks`), but for its rounding of the padding to whole cells.
 *
 * Along a column the values are linear between two cells, so each stretch changes sides at most once: stretches between cells
 * on the same side need no look at their pixels, and no bitmap is made.
 */
export function maskUpsampler(
  geometry: ResizeGeometry,
  grid: { readonly width: number; readonly height: number },
): MaskUpsampler {
  const { x, y } = axesOf(geometry);
  const columns = gridAxis(x, grid.width);
  const rows = gridAxis(y, grid.height);
  let values = new Float64Array(0);
  return (levels, [x1, y1, x2, y2]) => {
    const runs = new RunCollector();
    const across = cellsOf(columns, Math.ceil(x1), Math.ceil(x2));
    const down = cellsOf(rows, Math.ceil(y1), Math.ceil(y2));
    if (across !== undefined && down !== undefined) {
      const region = { x: across.first, y: down.first, width: across.count, height: down.count };
      if (values.length < region.width * region.height)
        values = new Float64Array(region.width * region.height);
      levels.read(region, values);
      collectRuns(
        values,
        { columns, across, down, stretches: stretchesOf(rows, down) },
        geometry.image.height,
        runs,
      );
    }
    return runs.finish(geometry.image);
  };
}

/** Pixels `start` to `end` (exclusive) and the cells that they lie between. */
interface PixelRange {
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly count: number;
}

function cellsOf({ cells, lastCell }: GridAxis, from: number, to: number): PixelRange | undefined {
  const [start, end] = [Math.max(0, from), Math.min(cells.length, to)];
  if (!(start < end)) return undefined;
  const first = cells[start] ?? 0;
  const last = Math.min(lastCell, (cells[end - 1] ?? 0) + 1);
  return { start, end, first, count: last - first + 1 };
}

/** The rows of a box, grouped by the cell before them. */
interface Stretches {
  /** First row of each stretch, and one more: the end of the last. */
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

function stretchesOf({ cells, weights }: GridAxis, { start, end, first, count }: PixelRange): Stretches {
  const starts = new Int32Array(count + 1).fill(end);
  for (let row = end - 1; row >= start; row--) starts[(cells[row] ?? 0) - first] = row;
  // Cells without a row of their own (when the mask is shrunk) are stretches without length.
  for (let cell = count - 1; cell >= 0; cell--) {
    starts[cell] = Math.min(starts[cell] ?? end, starts[cell + 1] ?? end);
  }
  return { starts, weights };
}

interface Sampling {
  readonly columns: GridAxis;
  readonly across: PixelRange;
  readonly down: PixelRange;
  readonly stretches: Stretches;
}

function collectRuns(values: Float64Array, sampling: Sampling, height: number, runs: RunCollector): void {
  const { columns, across, down, stretches } = sampling;
  // One more, equal to the last: below the last cell nothing changes.
  const line = new Float64Array(down.count + 1);
  for (let column = across.start; column < across.end; column++) {
    const left = (columns.cells[column] ?? 0) - across.first;
    const right = Math.min(left + 1, across.count - 1);
    const weight = columns.weights[column] ?? 0;
    for (let cell = 0, at = 0; cell < down.count; cell++, at += across.count) {
      const value = values[at + left] ?? 0;
      line[cell] = value + weight * ((values[at + right] ?? 0) - value);
    }
    line[down.count] = line[down.count - 1] ?? 0;
    walkColumn(line, down.count, stretches, column * height, runs);
  }
}

function walkColumn(
  line: Float64Array,
  cells: number,
  { starts, weights }: Stretches,
  top: number,
  runs: RunCollector,
): void {
  let begin = -1;
  for (let cell = 0; cell < cells; cell++) {
    const before = line[cell] ?? 0;
    const after = line[cell + 1] ?? 0;
    const inside = before > 0;
    const start = starts[cell] ?? 0;
    const end = starts[cell + 1] ?? 0;
    if (start === end) continue;
    if (inside !== begin >= 0) {
      if (inside) begin = start;
      else {
        runs.add(top + begin, top + start);
        begin = -1;
      }
    }
    if (inside === after > 0) continue;
    const slope = after - before;
    let row = start;
    while (row < end && before + (weights[row] ?? 0) * slope > 0 === inside) row++;
    if (row === end) continue;
    if (inside) {
      runs.add(top + begin, top + row);
      begin = -1;
    } else {
      begin = row;
    }
  }
  if (begin >= 0) runs.add(top + begin, top + (starts[cells] ?? 0));
}
