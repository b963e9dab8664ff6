import type { Preprocessing } from '@care/registry-core';
import type { Box } from '../tasks/task.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How an image lies in a model's input. Continuous pixel coordinates (0 is the left or top edge of the first pixel):
 * `input = image * scale + offset` on each axis.
 */
export interface ResizeGeometry {
  readonly image: Size;
  readonly input: Size;
  /** Size of the whole image after scaling. Larger than the input for center-crop. */
  readonly resized: Size;
  /** Where the scaled image's left top corner lies in the input; negative when it is cropped. */
  readonly offset: { readonly x: number; readonly y: number };
  readonly scale: { readonly x: number; readonly y: number };
}

/**
 * Geometry of a resize mode. Rounding follows Ultralytics' LetterBox (r = min(H/h, W/w), sides round(side * r), the odd
 * padding pixel goes right and below) and, for center-crop, torchvision's Resize + CenterCrop; both round half to even.
 * The scale kept is the one that is really applied (rounded side / side), so the inverse is exact.
 */
export function resizeGeometry(
  image: Size,
  input: Size,
  mode: Preprocessing['resize'],
  padPosition: Preprocessing['padPosition'],
): ResizeGeometry {
  const resized = resizedSize(image, input, mode);
  const free = { x: input.width - resized.width, y: input.height - resized.height };
  let offset = { x: 0, y: 0 };
  if (mode === 'center-crop') {
    offset = { x: -roundHalfEven(-free.x / 2), y: -roundHalfEven(-free.y / 2) };
  } else if (mode !== 'stretch' && padPosition === 'center') {
    offset = { x: Math.floor(free.x / 2), y: Math.floor(free.y / 2) };
  }
  const scale = { x: resized.width / image.width, y: resized.height / image.height };
  return { image, input, resized, offset, scale };
}

function resizedSize(image: Size, input: Size, mode: Preprocessing['resize']): Size {
  if (mode === 'stretch') return input;
  const ratios = [input.width / image.width, input.height / image.height] as const;
  if (mode === 'center-crop') {
    const ratio = Math.max(...ratios);
    return {
      width: Math.max(input.width, roundHalfEven(image.width * ratio)),
      height: Math.max(input.height, roundHalfEven(image.height * ratio)),
    };
  }
  const ratio = mode === 'fit-within' ? Math.min(1, ...ratios) : Math.min(...ratios);
  return {
    width: Math.max(1, roundHalfEven(image.width * ratio)),
    height: Math.max(1, roundHalfEven(image.height * ratio)),
  };
}

/** As Python's round(): 0.5 -> 0, 1.5 -> 2, 2.5 -> 2. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A box of the upright original in input pixels. */
export function boxToInput(box: Box, geometry: ResizeGeometry): Box {
  const { scale, offset } = geometry;
  return [
    box[0] * scale.x + offset.x,
    box[1] * scale.y + offset.y,
    box[2] * scale.x + offset.x,
    box[3] * scale.y + offset.y,
  ];
}

/** The inverse of {@link boxToInput}; not clamped. */
export function boxToImage(box: Box, geometry: ResizeGeometry): Box {
  const { scale, offset } = geometry;
  return [
    (box[0] - offset.x) / scale.x,
    (box[1] - offset.y) / scale.y,
    (box[2] - offset.x) / scale.x,
    (box[3] - offset.y) / scale.y,
  ];
}

/** A point of the input in pixels of the upright original; not clamped. */
export function pointToImage(
  x: number,
  y: number,
  { scale, offset }: ResizeGeometry,
): [x: number, y: number] {
  return [(x - offset.x) / scale.x, (y - offset.y) / scale.y];
}
