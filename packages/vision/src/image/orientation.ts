import type { Box } from '../tasks/task-prediction.js';
import type { Orientation, RawFrame } from './image-source.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What EXIF's values do to stored pixels (CIPA DC-008, "Orientation"): mirror left and right, mirror up and down, then swap axes. */
const TURNS: Readonly<Record<Orientation, { mirrorX: boolean; mirrorY: boolean; swap: boolean }>> = {
  1: { mirrorX: false, mirrorY: false, swap: false },
  2: { mirrorX: true, mirrorY: false, swap: false },
  3: { mirrorX: true, mirrorY: true, swap: false },
  4: { mirrorX: false, mirrorY: true, swap: false },
  5: { mirrorX: false, mirrorY: false, swap: true },
  6: { mirrorX: false, mirrorY: true, swap: true },
  7: { mirrorX: true, mirrorY: true, swap: true },
  8: { mirrorX: true, mirrorY: false, swap: true },
};

export function isOrientation(value: number | undefined): value is Orientation {
  return value !== undefined && Object.hasOwn(TURNS, value);
}

/** Size of the upright picture of a frame. */
export function uprightSize({ width, height, orientation = 1 }: RawFrame): Size {
  return TURNS[orientation].swap ? { width: height, height: width } : { width, height };
}

type Point = readonly [x: number, y: number];

/** A point of the stored pixels in the upright picture; continuous coordinates. */
export function pointToUpright([x, y]: Point, stored: Size, orientation: Orientation): Point {
  const { mirrorX, mirrorY, swap } = TURNS[orientation];
  const turned: Point = [mirrorX ? stored.width - x : x, mirrorY ? stored.height - y : y];
  return swap ? [turned[1], turned[0]] : turned;
}

/** The inverse of {@link pointToUpright}; `stored` is the size of the stored pixels. */
export function pointToStored(point: Point, stored: Size, orientation: Orientation): Point {
  const { mirrorX, mirrorY, swap } = TURNS[orientation];
  const [x, y] = swap ? [point[1], point[0]] : point;
  return [mirrorX ? stored.width - x : x, mirrorY ? stored.height - y : y];
}

/** A box with both its corners mapped. */
export function mapBox([x1, y1, x2, y2]: Box, map: (point: Point) => Point): Box {
  const [[ax, ay], [bx, by]] = [map([x1, y1]), map([x2, y2])];
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}
