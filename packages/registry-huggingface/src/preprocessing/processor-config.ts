import { z } from 'zod';

const side = z.int().min(1).max(32_768);
const perChannel = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1).max(4)]);
const edge = side.nullish();

/** Pixels. */
export interface Sides {
  readonly height?: number | null | undefined;
  readonly width?: number | null | undefined;
  readonly shortest_edge?: number | null | undefined;
  readonly longest_edge?: number | null | undefined;
  readonly max_height?: number | null | undefined;
  readonly max_width?: number | null | undefined;
}

/** `size`, `crop_size` and `pad_size` in every form that transformers has written them. */
const size = z.union([
  side,
  z.tuple([side]).transform(([only]) => only),
  z.tuple([side, side]).transform(([height, width]): Sides => ({ height, width })),
  z
    .object({
      height: edge,
      width: edge,
      shortest_edge: edge,
      longest_edge: edge,
      max_height: edge,
      max_width: edge,
    })
    .transform((sides): Sides => sides),
]);

const flag = z.boolean().nullish();

/** What is read of a repository's `preprocessor_config.json` (transformers' `ImageProcessingMixin.to_dict`, old and new). */
export const processorConfigSchema = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: flag,
  size: size.nullish(),
  /** Old DETR: the longer side at most. */
  max_size: side.nullish(),
  resample: z.union([z.int(), z.string()]).nullish(),
  do_center_crop: flag,
  crop_size: size.nullish(),
  crop_pct: z.number().positive().max(1).nullish(),
  do_rescale: flag,
  rescale_factor: z.number().positive().nullish(),
  /** EfficientNet: 1 is subtracted after the rescale. */
  rescale_offset: flag,
  /** EfficientNet: normalised a second time, without mean. */
  include_top: flag,
  do_normalize: flag,
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
  do_pad: flag,
  pad_size: size.nullish(),
  /** MobileViT: BGR. */
  do_flip_channel_order: flag,
});

export type ProcessorConfig = z.output<typeof processorConfigSchema>;
export type StatedSize = z.output<typeof size>;
