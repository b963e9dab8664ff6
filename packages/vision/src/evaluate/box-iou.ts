import type { Box } from '../tasks/task.js';

/**
 * Intersection over union of two boxes, 0..1; 0 when they only touch. With `crowd`, `truth` is a region of many objects and the
 * intersection is divided by the area of `detection` alone, as `pycocotools.mask.iou` does for `iscrowd`.
 */
export function boxIou(detection: Box, truth: Box, crowd = false): number {
  const width = Math.min(detection[2], truth[2]) - Math.max(detection[0], truth[0]);
  if (width <= 0) return 0;
  const height = Math.min(detection[3], truth[3]) - Math.max(detection[1], truth[1]);
  if (height <= 0) return 0;
  const common = width * height;
  return common / (crowd ? boxArea(detection) : boxArea(detection) + boxArea(truth) - common);
}

export function boxArea([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1);
}
