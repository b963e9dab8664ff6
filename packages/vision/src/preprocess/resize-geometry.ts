import type { Preprocessing } from '@care/registry-core';
import type { Box } from '../tasks/task.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How an image lies in a model's input. Continuous pixel coordinates (0 is the left or top edge of the first pixel):
 * `input = image * scale + offset` on each axis, also when the model sees only a part of the image.
 */
export interface ResizeGeometry {
  /** The whole image. */
  readonly image: Size;
  readonly input: Size;
  /** The part of the image that the model sees, in its pixels: all of it, a static crop, or a view's region. */
  readonly seen: Box;
  /** Size of the seen part after scaling. Larger than the input for center-crop. */
  readonly resized: Size;
  /** Where the image's left top corner lies in the input; negative when it is cropped. */
  readonly offset: { readonly x: number; readonly y: number };
  readonly scale: { readonly x: number; readonly y: number };
}

export type ResizeSettings = Pick<
  Preprocessing,
  'resize' | 'padPosition' | 'resizeShorterSide' | 'resizeTo' | 'sideRounding'
>;

/** Where the seen part of an image comes to lie in the input, in whole pixels. */
export interface Placement {
  readonly resized: Size;
  /** Left top corner; negative when it is cropped. */
  readonly at: { readonly x: number; readonly y: number };
}

/**
 * Placement by a resize mode.
 * - `letterbox`, `fit-within`: as Ultralytics' LetterBox (r = min(H/h, W/w), sides round(side * r), half to even; the odd
 *   padding pixel goes right and below); sides floor(side * r) when the package says so.
 * - `center-crop`: as torchvision's Resize and CenterCrop: the longer side is floor(S * long / short), round((side - input) / 2),
 *   half to even, is cut off at the left and above; the floor of it when the package says so, as transformers does.
 */
export function placement(part: Size, input: Size, settings: ResizeSettings): Placement {
  const resized = resizedSize(part, input, settings);
  const place = (free: number): number => {
    if (settings.resize === 'center-crop') {
      if (free >= 0) return Math.floor(free / 2);
      return -(settings.sideRounding === 'floor' ? Math.floor(-free / 2) : roundHalfEven(-free / 2));
    }
    return settings.padPosition === 'center' ? Math.floor(free / 2) : 0;
  };
  return { resized, at: { x: place(input.width - resized.width), y: place(input.height - resized.height) } };
}

/**
 * Geometry of an image of which the model sees `seen` (default: all). The scale kept is the one that is really applied (rounded
 * side / side), so the inverse is exact.
 */
export function resizeGeometry(
  image: Size,
  input: Size,
  settings: ResizeSettings,
  seen: Box = [0, 0, image.width, image.height],
): ResizeGeometry {
  const part = { width: seen[2] - seen[0], height: seen[3] - seen[1] };
  const { resized, at } = placement(part, input, settings);
  const scale = { x: resized.width / part.width, y: resized.height / part.height };
  const offset = { x: at.x - seen[0] * scale.x, y: at.y - seen[1] * scale.y };
  return { image, input, seen, resized, offset, scale };
}

function resizedSize(part: Size, input: Size, settings: ResizeSettings): Size {
  const { resize, sideRounding = 'nearest' } = settings;
  if (resize === 'stretch') return input;
  if (resize === 'center-crop')
    return settings.resizeTo ?? croppedSize(part, input, settings.resizeShorterSide);
  const ratios = [input.width / part.width, input.height / part.height] as const;
  const ratio = resize === 'fit-within' ? Math.min(1, ...ratios) : Math.min(...ratios);
  const side = (length: number, room: number): number => {
    // 416 / 1080 * 1080 must not become 415.
    const scaled = sideRounding === 'floor' ? floorOf(length * ratio) : roundHalfEven(length * ratio);
    return Math.max(1, Math.min(room, scaled));
  };
  return { width: side(part.width, input.width), height: side(part.height, input.height) };
}

function croppedSize(part: Size, input: Size, shorterSide: ResizeSettings['resizeShorterSide']): Size {
  if (shorterSide === 'keep')
    return { width: Math.max(1, Math.round(part.width)), height: Math.max(1, Math.round(part.height)) };
  if (shorterSide !== undefined) {
    const ratio = shorterSide / Math.min(part.width, part.height);
    const side = (length: number, other: number): number =>
      length <= other ? shorterSide : floorOf(length * ratio);
    return { width: side(part.width, part.height), height: side(part.height, part.width) };
  }
  const ratio = Math.max(input.width / part.width, input.height / part.height);
  return {
    width: Math.max(input.width, floorOf(part.width * ratio)),
    height: Math.max(input.height, floorOf(part.height * ratio)),
  };
}

/** floor, but a product that misses a whole number only by rounding is that number. */
function floorOf(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-9 * Math.max(1, nearest) ? nearest : Math.floor(value);
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
