import type { ModelPackage, Tensor } from '@care/registry-core';
import type { View } from '../tasks/task.js';
import { sampleBilinearRow } from './bilinear-kernel.js';
import { channelAffine } from './channel-affine.js';
import type { InputLayout } from './input-layout.js';
import { inputStorage, type InputStorage } from './input-storage.js';
import { reflectPadding } from './reflect-padding.js';
import type { ResizeGeometry } from './resize-geometry.js';
import { storeColors, storeGray, type RowTarget } from './row-target.js';
import { sourceLines } from './source-lines.js';
import { partOf } from './source-pixels.js';
import { leavesGray, tonedSource } from './tone/tone.js';
import { viewKey, viewPlan, type ViewPlan } from './view-plan.js';

/** Views in, input tensor out. The tensor is reused: it is valid until the next call. */
export interface ImagePreprocessor {
  /**
   * At least one view; no more than the layout's batch when that is fixed. Unused places of a fixed batch keep what they had.
   * @throws CareError INPUT_INVALID for a region without area
   */
  run(views: readonly View[]): { readonly tensor: Tensor; readonly geometries: readonly ResizeGeometry[] };
}

/**
 * Fuses crop, contrast, greyscale, resize, colour order, scale, mean and std into one pass from the frame's bytes to the input tensor.
 * @throws CareError MODEL_INCOMPATIBLE when mean or std do not fit the channels
 */
export function imagePreprocessor(model: ModelPackage, layout: InputLayout): ImagePreprocessor {
  const { preprocessing } = model;
  const affine = channelAffine(preprocessing, layout.channels, model.modelId);
  const plane = layout.width * layout.height;
  const [channelStep, pixelStep] = layout.order === 'nchw' ? [plane, 1] : [1, layout.channels];
  const rowStep = layout.width * pixelStep;
  const size = plane * layout.channels;
  const grayLines = leavesGray(preprocessing);
  const reflects = preprocessing.padMode === 'reflect';
  let storage: InputStorage | undefined;
  /** For each place of the batch. */
  let plans: ViewPlan[] = [];

  /** Channel positions in the tensor of what is red, green and blue in the picture. */
  const position = preprocessing.color === 'bgr' ? ([2, 1, 0] as const) : ([0, 1, 2] as const);
  const ofColors = (value: (channel: number) => number): [number, number, number] => [
    value(position[0]),
    value(position[1]),
    value(position[2]),
  ];
  const gain = ofColors((channel) => affine[channel]?.gain ?? 1);
  const bias = ofColors((channel) => affine[channel]?.bias ?? 0);

  const fillPadding = (into: InputStorage, origin: number): void => {
    affine.forEach((channel, index) => {
      const start = origin + index * channelStep;
      const end = pixelStep === 1 ? start + plane : origin + size;
      const value =
        preprocessing.padMode === 'zero' ? 0 : preprocessing.padValue * channel.gain + channel.bias;
      into.fill(value, start, end, pixelStep);
    });
  };

  const planAt = (view: View, place: number, into: InputStorage): ViewPlan => {
    const known = plans[place];
    if (known?.key === viewKey(view)) return known;
    const plan = (plans[place] = viewPlan(view, layout, preprocessing, grayLines));
    const { content } = plan;
    const full = content.width === layout.width && content.height === layout.height;
    if (!full && !reflects) fillPadding(into, place * size);
    return plan;
  };

  const writeView = (view: View, place: number, into: InputStorage): ResizeGeometry => {
    const plan = planAt(view, place, into);
    const { content, bilinear, sampler } = plan;
    const { source, tone } = tonedSource(partOf(view.frame, plan.part), preprocessing);
    if (bilinear === undefined)
      sampler.begin(sourceLines(source, tone, plan.columns.first, plan.columns.end));
    const target: RowTarget = { data: into.floats, start: [0, 0, 0], pixelStep, gain, bias };
    const origin = place * size + content.y * rowStep + content.x * pixelStep;
    for (let y = 0; y < content.height; y++) {
      const at = origin + y * rowStep;
      const start = into.floatsAt(at);
      target.start[0] = start + position[0] * into.channelStep;
      target.start[1] = start + position[1] * into.channelStep;
      target.start[2] = start + position[2] * into.channelStep;
      if (bilinear !== undefined) sampleBilinearRow(source, bilinear, y, target);
      else if (grayLines) storeGray(sampler.row(y), layout.channels, target);
      else storeColors(sampler.row(y), target);
      into.rowDone(at, content.width);
    }
    if (reflects) mirror(into, place, plan);
    return plan.geometry;
  };

  const mirror = (into: InputStorage, place: number, { content }: ViewPlan): void => {
    for (let channel = 0; channel < layout.channels; channel++) {
      const at = place * size + channel * channelStep;
      reflectPadding(into, at, pixelStep, { width: layout.width, height: layout.height, content });
    }
  };

  return {
    run(views) {
      const images = layout.batch ?? views.length;
      if (storage?.tensor.dims[0] !== images) {
        storage = inputStorage(layout, images);
        plans = [];
      }
      const into = storage;
      return {
        tensor: into.tensor,
        geometries: views.map((view, place) => writeView(view, place, into)),
      };
    },
  };
}
