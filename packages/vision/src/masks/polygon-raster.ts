import { CareError } from '@care/registry-core';
import { checkMaskSize, type MaskSize, type Rle } from './rle.js';
import { mergeRles } from './rle-merge.js';
import { RunCollector } from './run-collector.js';

/** A closed outline as x1, y1, x2, y2, ... in continuous pixel coordinates (0 is the left or top edge of the first pixel). */
export type Ring = readonly number[];

/** The COCO API walks outlines on a grid five times finer than the pixels. */
const GRID = 5;

/** Farther out than any image reaches; beyond it positions on the grid would lose precision. */
const MAX_COORDINATE = 1e8;

/**
 * Pixels inside outlines, pixel for pixel as `pycocotools.mask.frPyObjects` (rleFrPoly of the COCO API). Outlines may leave the
 * image, cross themselves or have no area. `union` (the default) is what COCO means by several outlines of one object;
 * `even-odd` takes inner outlines out as holes.
 * @throws CareError INPUT_INVALID for an odd number of coordinates, or one that is not finite or beyond 1e8
 */
export function rleFromPolygons(
  rings: readonly Ring[],
  image: MaskSize,
  rule: 'union' | 'even-odd' = 'union',
): Rle {
  checkMaskSize(image);
  for (const ring of rings) checkRing(ring);
  if (rule === 'even-odd' || rings.length === 0) {
    return rleFromToggles(
      rings.flatMap((ring) => ringToggles(ring, image)),
      image,
    );
  }
  return mergeRles(rings.map((ring) => rleFromToggles(ringToggles(ring, image), image)));
}

/** Positions (down the columns) at which the inside begins or ends. */
function ringToggles(ring: Ring, image: MaskSize): number[] {
  const toggles: number[] = [];
  const points = ring.length / 2;
  const onGrid = (index: number): number => Math.trunc(GRID * (ring[index] ?? 0) + 0.5);
  for (let point = 0; point < points; point++) {
    const next = (point + 1) % points;
    const edge = [onGrid(point * 2), onGrid(point * 2 + 1), onGrid(next * 2), onGrid(next * 2 + 1)] as const;
    crossColumns(edge, image, toggles);
  }
  return toggles;
}

type Edge = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * An edge toggles every pixel column whose middle it crosses: where its walk over the grid steps between the fine columns
 * 5c + 2 and 5c + 3. The walk rounds as the reference does: along the longer axis, in the direction of rising coordinates.
 */
function crossColumns([x1, y1, x2, y2]: Edge, { width, height }: MaskSize, toggles: number[]): void {
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  const [spanX, spanY] = [right - left, Math.abs(y2 - y1)];
  const firstColumn = Math.max(0, Math.ceil((left - 2) / GRID));
  const lastColumn = Math.min(width - 1, Math.floor((right - 3) / GRID));
  const flat = spanX >= spanY;
  const swapped = flat ? x1 > x2 : y1 > y2;
  const [fromX, fromY] = swapped ? [x2, y2] : [x1, y1];
  const slope = flat ? ((swapped ? y1 : y2) - fromY) / spanX : ((swapped ? x1 : x2) - fromX) / spanY;
  for (let column = firstColumn; column <= lastColumn; column++) {
    const before = column * GRID + 2;
    let fineRow: number;
    if (flat) {
      const rowAt = (x: number): number => Math.trunc(fromY + slope * (x - fromX) + 0.5);
      fineRow = Math.min(rowAt(before), rowAt(before + 1));
    } else {
      fineRow = fromY + stepsToCross(fromX, slope, spanY, before) - 1;
    }
    const row = Math.ceil(Math.min(height, Math.max(0, (fineRow + 0.5) / GRID - 0.5)));
    toggles.push(column * height + row);
  }
}

/** Steps down a steep edge until its column has passed from `before` to `before + 1`, or back; by bisection. */
function stepsToCross(fromX: number, slope: number, steps: number, before: number): number {
  let [low, high] = [1, steps];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const x = Math.trunc(fromX + slope * middle + 0.5);
    if (slope > 0 ? x > before : x <= before) high = middle;
    else low = middle + 1;
  }
  return low;
}

function rleFromToggles(toggles: readonly number[], image: MaskSize): Rle {
  const sorted = Float64Array.from(toggles).sort();
  const runs = new RunCollector();
  for (let index = 0; index < sorted.length; index += 2) {
    runs.add(sorted[index] ?? 0, sorted[index + 1] ?? image.width * image.height);
  }
  return runs.finish(image);
}

function checkRing(ring: Ring): void {
  const wrong = ring.findIndex((value) => !(Math.abs(value) <= MAX_COORDINATE));
  if (wrong < 0 && ring.length % 2 === 0) return;
  const what = wrong < 0 ? `has ${ring.length} values` : `has ${String(ring[wrong])} as value ${wrong}`;
  throw new CareError('INPUT_INVALID', `a polygon ${what}`, {
    remedy: 'Give x1, y1, x2, y2, ... as finite numbers in pixels.',
  });
}
