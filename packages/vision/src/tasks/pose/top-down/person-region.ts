import type { Size } from '../../../preprocess/resize-geometry.js';
import type { ResizeGeometry } from '../../../preprocess/resize-geometry.js';
import type { Box } from '../../task.js';
import type { Alignment, InputKeypoint } from './top-down-decoder.js';

/** Room that top-down models were trained to have around a person (mmpose, `GetBBoxCenterScale`, padding 1.25). */
const PADDING = 1.25;

/**
 * What a top-down model is shown of a person: the box with a quarter more room, made as wide or high as the input's proportions
 * want it (mmpose, `TopdownAffine`). The result is in continuous pixels, 0 at the edge of the first one, such that each input
 * pixel samples the very place that mmpose's affine map gives it (that map speaks of pixel centres: hence the half pixels).
 */
export function personRegion(box: Box, input: Size, alignment: Alignment): Box {
  const aspect = input.width / input.height;
  const [width, height] = [(box[2] - box[0]) * PADDING, (box[3] - box[1]) * PADDING];
  const padded =
    width > height * aspect ? { width, height: width / aspect } : { width: height * aspect, height };
  const [x1, x2] = span((box[0] + box[2]) / 2, padded.width, input.width, alignment);
  const [y1, y2] = span((box[1] + box[3]) / 2, padded.height, input.height, alignment);
  return [x1, y1, x2, y2];
}

function span(center: number, length: number, pixels: number, alignment: Alignment): [number, number] {
  const step = length / (alignment === 'udp' && pixels > 1 ? pixels - 1 : pixels);
  const start = center - length / 2 + (1 - step) / 2;
  return [start, start + step * pixels];
}

/** A keypoint of the input in the picture, both by pixel index as the references have it; not clamped. */
export function inputIndexToImage(
  { x, y }: InputKeypoint,
  { scale, offset }: ResizeGeometry,
): { readonly x: number; readonly y: number } {
  return { x: (x + 0.5 - offset.x) / scale.x - 0.5, y: (y + 0.5 - offset.y) / scale.y - 0.5 };
}
