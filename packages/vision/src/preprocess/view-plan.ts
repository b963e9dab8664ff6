import { CareError } from '@care/registry-core';
import type { Preprocessing } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import { PIXEL_LAYOUTS, strideOf } from '../image/raw-frame.js';
import type { Box, View } from '../tasks/task.js';
import { bilinearTables, type BilinearTables } from './bilinear-kernel.js';
import { placement, resizeGeometry, type ResizeGeometry, type Size } from './resize-geometry.js';
import { samplingTable, type SamplingTable } from './sampling-table.js';
import { rowSampler, type RowSampler } from './separable-sampler.js';
import { partOf, type PixelRect } from './source-pixels.js';

/** What depends on a frame's size and memory layout and the part that is seen; kept while views stay alike, as a camera's do. */
export interface ViewPlan {
  readonly key: string;
  readonly geometry: ResizeGeometry;
  /** The part of the frame that is read. */
  readonly part: PixelRect;
  /** The part of the input that shows it. */
  readonly content: PixelRect;
  /** Columns of the part that are read: the first, and that after the last. */
  readonly columns: { readonly first: number; readonly end: number };
  /** When the view can be sampled straight from the frame's bytes. */
  readonly bilinear: BilinearTables | undefined;
  /** Otherwise. */
  readonly sampler: RowSampler;
}

export function viewKey({ frame, region }: View): string {
  const layout = PIXEL_LAYOUTS[frame.format];
  return [frame.width, frame.height, strideOf(frame), layout.channels, ...(region ?? [])].join();
}

/** @throws CareError INPUT_INVALID for a region without area */
export function viewPlan(
  { frame, region }: View,
  input: Size,
  preprocessing: Preprocessing,
  grayLines: boolean,
): ViewPlan {
  if (region !== undefined) checkRegion(region);
  const part =
    region === undefined
      ? cropOf(frame, preprocessing)
      : { x: 0, y: 0, width: frame.width, height: frame.height };
  const seen = region ?? ([part.x, part.y, part.x + part.width, part.y + part.height] as const);
  const image = { width: frame.width, height: frame.height };
  const { resized, at } = placement(
    { width: seen[2] - seen[0], height: seen[3] - seen[1] },
    input,
    preprocessing,
  );
  const axis = (size: number, begin: number, end: number, to: number, offset: number, room: number) =>
    samplingTable(preprocessing, {
      size,
      begin,
      length: end - begin,
      to,
      first: Math.max(0, -offset),
      count: Math.min(room, to + Math.min(0, offset)),
      beyond: region === undefined ? 'edge' : 'padding',
    });
  const columns = axis(part.width, seen[0] - part.x, seen[2] - part.x, resized.width, at.x, input.width);
  const rows = axis(part.height, seen[1] - part.y, seen[3] - part.y, resized.height, at.y, input.height);
  const content = {
    x: Math.max(0, at.x),
    y: Math.max(0, at.y),
    width: columns.start.length,
    height: rows.start.length,
  };
  const tables = bilinearTables(columns, rows, partOf(frame, part));
  return {
    key: viewKey({ frame, ...(region === undefined ? {} : { region }) }),
    geometry: resizeGeometry(image, input, preprocessing, seen),
    part,
    content,
    columns: touched(columns),
    // Pillow's lines are rounded between its two passes.
    bilinear:
      grayLines || preprocessing.contrast !== undefined || isPillow(preprocessing) ? undefined : tables,
    sampler: rowSampler(columns, rows, grayLines ? 1 : 3, preprocessing.padValue, isPillow(preprocessing)),
  };
}

const isPillow = ({ antialias = false, interpolation }: Preprocessing): boolean =>
  antialias || interpolation === 'lanczos';

function touched({ start, taps }: SamplingTable): ViewPlan['columns'] {
  const first = start.reduce((least, position) => Math.min(least, position), Infinity);
  const last = start.reduce((most, position) => Math.max(most, position), 0);
  return { first, end: last + taps };
}

/** The static crop in whole pixels, as Roboflow cuts it: int(percent / 100 * side), at least one pixel. */
function cropOf({ width, height }: RawFrame, { staticCrop }: Preprocessing): PixelRect {
  if (staticCrop === undefined) return { x: 0, y: 0, width, height };
  const x = Math.min(width - 1, Math.floor(staticCrop.xMin * width));
  const y = Math.min(height - 1, Math.floor(staticCrop.yMin * height));
  return {
    x,
    y,
    width: Math.max(1, Math.floor(staticCrop.xMax * width) - x),
    height: Math.max(1, Math.floor(staticCrop.yMax * height) - y),
  };
}

function checkRegion(region: Box): void {
  const [x1, y1, x2, y2] = region;
  if (region.every(Number.isFinite) && x2 > x1 && y2 > y1) return;
  throw new CareError('INPUT_INVALID', `the region [${region.join(', ')}] has no area`, {
    remedy: 'Give [x1, y1, x2, y2] in pixels of the frame, x2 above x1 and y2 above y1.',
  });
}
