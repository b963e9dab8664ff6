import type { Box } from '../tasks/task.js';

/** Position and size of a label in pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A label that must find its place: its size and the box that it names. */
export interface LabelRequest {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
}

/**
 * Places labels one after another: above the box, inside its top, below it, inside its bottom, at either end of the edge;
 * the first place that covers no earlier label, else the one that covers least. Every label stays inside the picture.
 */
export function placeLabels(
  labels: readonly LabelRequest[],
  picture: { width: number; height: number },
): Rect[] {
  const placed: Rect[] = [];
  for (const { box, width, height } of labels) {
    const [x1, y1, x2, y2] = box;
    const rows = [y1 - height, y1, y2, y2 - height];
    const columns = [x1, x2 - width];
    let best: Rect | undefined;
    let bestOverlap = Infinity;
    for (const x of columns) {
      for (const y of rows) {
        const rect = inside({ x, y, width, height }, picture);
        // Being pushed off its place counts a little, so that an honest place wins when both are free.
        const overlap =
          placed.reduce((sum, other) => sum + commonArea(rect, other), 0) + Math.abs(rect.y - y) * 0.01;
        if (overlap < bestOverlap) {
          best = rect;
          bestOverlap = overlap;
        }
      }
    }
    placed.push(best ?? inside({ x: x1, y: y1, width, height }, picture));
  }
  return placed;
}

function inside(rect: Rect, picture: { width: number; height: number }): Rect {
  return {
    ...rect,
    x: Math.max(0, Math.min(rect.x, picture.width - rect.width)),
    y: Math.max(0, Math.min(rect.y, picture.height - rect.height)),
  };
}

function commonArea(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
