import type { ModelPackage, Preprocessing, Tensor } from '@care/registry-core';
import { CareError } from '@care/registry-core';
import type { RawFrame } from '../image/image-source.js';
import type { View } from '../tasks/task.js';
import { PIXEL_LAYOUTS, strideOf } from '../image/raw-frame.js';
import { bilinearTables, sampleBilinear } from './bilinear-kernel.js';
import type { BilinearTables, PlaneTarget, SourcePixels } from './bilinear-kernel.js';
import { inputBuffer } from './input-buffer.js';
import type { InputBuffer } from './input-buffer.js';
import type { InputLayout } from './input-layout.js';
import { resizeGeometry } from './resize-geometry.js';
import type { ResizeGeometry } from './resize-geometry.js';
import { samplingTable } from './sampling-table.js';
import type { SamplingTable } from './sampling-table.js';
import { sampleRows } from './separable-sampler.js';
import { storeColors, storeGray } from './store-row.js';

/** Views in, input tensor out. The tensor is reused: it is valid until the next call. */
export interface ImagePreprocessor {
  /** At least one view; no more than the layout's batch when that is fixed. Unused places of a fixed batch keep what they had. */
  run(views: readonly View[]): { readonly tensor: Tensor; readonly geometries: readonly ResizeGeometry[] };
}

/** What depends on the frame's size and memory layout; kept while frames stay alike, as those of a camera do. */
interface Plan {
  readonly key: string;
  readonly geometry: ResizeGeometry;
  /** The part of the input that shows the image. */
  readonly content: { readonly x: number; readonly y: number };
  readonly columns: SamplingTable;
  readonly rows: SamplingTable;
  readonly bilinear: BilinearTables;
}

/**
 * Fuses resize, colour order, scale, mean and std into one pass from the frame's bytes to the input tensor.
 * @throws CareError MODEL_INCOMPATIBLE when mean or std do not fit the channels
 */
export function imagePreprocessor(model: ModelPackage, layout: InputLayout): ImagePreprocessor {
  const { preprocessing } = model;
  const affine = channelAffine(preprocessing, layout.channels, model.modelId);
  const plane = layout.width * layout.height;
  const [channelStep, pixelStep] = layout.order === 'nchw' ? [plane, 1] : [1, layout.channels];
  const rowStep = layout.width * pixelStep;
  const size = plane * layout.channels;
  let buffer: InputBuffer | undefined;
  /** For each place of the batch. */
  let plans: Plan[] = [];

  /** Channel positions in the tensor of what is red, green and blue in the picture. */
  const position = preprocessing.color === 'bgr' ? ([2, 1, 0] as const) : ([0, 1, 2] as const);

  const fillPadding = (floats: Float32Array, origin: number): void => {
    affine.forEach(({ gain, bias }, channel) => {
      const value = preprocessing.padValue * gain + bias;
      const start = origin + channel * channelStep;
      if (pixelStep === 1) floats.fill(value, start, start + plane);
      else for (let i = start; i < origin + size; i += pixelStep) floats[i] = value;
    });
  };

  /** Starts, gains and biases of red, green and blue, for a picture whose first pixel goes to `origin`. */
  const targetAt = (data: Float32Array, origin: number): PlaneTarget => ({
    data,
    start: mapColors((color) => origin + position[color] * channelStep),
    pixelStep,
    rowStep,
    gain: mapColors((color) => at(affine, position[color]).gain),
    bias: mapColors((color) => at(affine, position[color]).bias),
  });

  const writeFrame = (frame: RawFrame, floats: Float32Array, place: number): ResizeGeometry => {
    const source = { data: frame.data, stride: strideOf(frame), layout: PIXEL_LAYOUTS[frame.format] };
    const key = [frame.width, frame.height, source.stride, source.layout.channels].join();
    let plan = plans[place];
    if (plan?.key !== key) {
      plan = plans[place] = makePlan(key, frame, source, layout, preprocessing);
      fillPadding(floats, place * size);
    }
    const { columns, rows, content, bilinear, geometry } = plan;
    const target = targetAt(floats, place * size + content.y * rowStep + content.x * pixelStep);
    if (layout.channels === 1) sampleRows(source, columns, rows, (row, y) => storeGray(row, y, target));
    else if (preprocessing.interpolation === 'bilinear') sampleBilinear(source, bilinear, target);
    else sampleRows(source, columns, rows, (row, y) => storeColors(row, y, target));
    return geometry;
  };

  return {
    run(views) {
      const images = layout.batch ?? views.length;
      if (buffer?.tensor.dims[0] !== images) {
        buffer = inputBuffer(layout, images);
        plans = [];
      }
      const { floats, tensor } = buffer;
      const geometries = views.map(({ frame }, place) => writeFrame(frame, floats, place));
      buffer.seal();
      return { tensor, geometries };
    },
  };
}

function makePlan(
  key: string,
  frame: RawFrame,
  source: SourcePixels,
  layout: InputLayout,
  { resize, padPosition, interpolation }: Preprocessing,
): Plan {
  const geometry = resizeGeometry(frame, layout, resize, padPosition);
  const axis = (from: number, to: number, offset: number, room: number): SamplingTable =>
    samplingTable(interpolation, {
      from,
      to,
      first: Math.max(0, -offset),
      count: Math.min(room, to + Math.min(0, offset)),
    });
  const columns = axis(frame.width, geometry.resized.width, geometry.offset.x, layout.width);
  const rows = axis(frame.height, geometry.resized.height, geometry.offset.y, layout.height);
  const content = { x: Math.max(0, geometry.offset.x), y: Math.max(0, geometry.offset.y) };
  return { key, geometry, content, columns, rows, bilinear: bilinearTables(columns, rows, source) };
}

interface Affine {
  readonly gain: number;
  readonly bias: number;
}

/** (pixel * scale - mean) / std as pixel * gain + bias, for each channel of the tensor. */
function channelAffine(preprocessing: Preprocessing, channels: number, modelId: string): Affine[] {
  const { scale, mean, std } = preprocessing;
  return Array.from({ length: channels }, (_, channel) => {
    const m = mean[mean.length === 1 ? 0 : channel];
    const s = std[std.length === 1 ? 0 : channel];
    if (m === undefined || s === undefined || !(s > 0) || !Number.isFinite(m) || !Number.isFinite(scale)) {
      throw new CareError(
        'MODEL_INCOMPATIBLE',
        `model ${modelId}: preprocessing needs a finite mean and a std above 0 for each of its ${channels} channels`,
        { remedy: 'Give `mean` and `std` of the manifest one number, or one for each channel.' },
      );
    }
    return { gain: scale / s, bias: -m / s };
  });
}

function mapColors(value: (color: 0 | 1 | 2) => number): [number, number, number] {
  return [value(0), value(1), value(2)];
}

function at(affine: readonly Affine[], channel: number): Affine {
  return affine[channel] ?? { gain: 1, bias: 0 };
}
