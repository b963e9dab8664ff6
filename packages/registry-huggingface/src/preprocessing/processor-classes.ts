import type { ProcessorConfig } from './processor-config.js';

/** What an image processor of transformers does where its configuration says nothing: the class's own attributes (5.24, checked by the fixtures). */
export interface ProcessorClass {
  /** A `size` that is one number is both sides; otherwise the shorter one. */
  readonly square: boolean;
  readonly defaults: ProcessorConfig;
  /** A resize of its own: see `resize-steps.ts`. */
  readonly resize?: 'convnext' | 'levit' | 'poolformer';
  /** Sides that follow the picture are cut to multiples of it. */
  readonly multipleOf?: number;
}

const COMMON = { do_resize: true, do_rescale: true, rescale_factor: 1 / 255, do_normalize: true };
const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const CLIP = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};
const BILINEAR = 2;
const BICUBIC = 3;
const both = (side: number) => ({ height: side, width: side });
const shorter = (side: number) => ({ shortest_edge: side });

function processor(
  square: boolean,
  resample: number,
  changes: ProcessorConfig,
  resize?: ProcessorClass['resize'],
): ProcessorClass {
  const defaults = { ...COMMON, resample, ...changes };
  return { square, defaults, ...(resize === undefined ? {} : { resize }) };
}

const cropped = (size: ProcessorConfig['size'], crop: number): ProcessorConfig => ({
  size,
  do_center_crop: true,
  crop_size: both(crop),
});
const clip = processor(false, BICUBIC, { ...CLIP, ...cropped(shorter(224), 224) });
const mobileNet = processor(false, BILINEAR, { ...HALF, ...cropped(shorter(256), 224) });
const detr = processor(false, BILINEAR, {
  ...IMAGENET,
  size: { shortest_edge: 800, longest_edge: 1333 },
  do_pad: true,
});

/** By the name without `ImageProcessor`, `ImageProcessorFast`, `ImageProcessorPil` or `FeatureExtractor`. */
const CLASSES: Readonly<Record<string, ProcessorClass>> = {
  ViT: processor(true, BILINEAR, { ...HALF, size: both(224) }),
  DeiT: processor(true, BICUBIC, { ...HALF, ...cropped(both(256), 224) }),
  Beit: processor(true, BICUBIC, { ...HALF, size: both(224), crop_size: both(224) }),
  Bit: clip,
  CLIP: clip,
  ChineseCLIP: clip,
  Blip: processor(true, BICUBIC, { ...CLIP, size: both(384) }),
  Flava: processor(true, BICUBIC, { ...CLIP, ...cropped(both(224), 224) }),
  ConvNext: processor(false, BICUBIC, { ...HALF, size: shorter(384), crop_pct: 224 / 256 }, 'convnext'),
  EfficientNet: processor(true, BICUBIC, {
    ...HALF,
    size: both(346),
    crop_size: both(289),
    include_top: true,
  }),
  Levit: processor(false, BICUBIC, { ...IMAGENET, ...cropped(shorter(224), 224) }, 'levit'),
  MobileNetV1: mobileNet,
  MobileNetV2: mobileNet,
  MobileViT: processor(false, BICUBIC, {
    ...HALF,
    ...cropped(shorter(224), 256),
    do_normalize: false,
    do_flip_channel_order: true,
  }),
  PoolFormer: processor(
    false,
    BICUBIC,
    { ...IMAGENET, ...cropped(shorter(224), 224), crop_pct: 0.9 },
    'poolformer',
  ),
  Pvt: processor(true, BICUBIC, { ...IMAGENET, size: both(224) }),
  Segformer: processor(true, BILINEAR, { ...IMAGENET, size: both(512) }),
  Siglip: processor(false, BICUBIC, { ...HALF, size: both(224) }),
  Detr: detr,
  Yolos: { ...detr, multipleOf: 16 },
  TableTransformer: detr,
  ConditionalDetr: detr,
  DeformableDetr: detr,
  Deta: detr,
  RTDetr: processor(false, BILINEAR, { ...IMAGENET, size: both(640), do_normalize: false, do_pad: false }),
  RfDetr: detr,
  VitPose: processor(true, BILINEAR, { ...IMAGENET, size: { height: 256, width: 192 } }),
};

/** The image processor of a model whose `preprocessor_config.json` does not name one (transformers' `IMAGE_PROCESSOR_MAPPING_NAMES`). */
const BY_MODEL_TYPE: Readonly<Record<string, string>> = {
  beit: 'Beit',
  bit: 'Bit',
  clip: 'CLIP',
  conditional_detr: 'ConditionalDetr',
  convnext: 'ConvNext',
  convnextv2: 'ConvNext',
  cvt: 'ConvNext',
  'data2vec-vision': 'Beit',
  deformable_detr: 'DeformableDetr',
  deit: 'DeiT',
  deta: 'Deta',
  detr: 'Detr',
  d_fine: 'RTDetr',
  deimv2: 'RTDetr',
  dinat: 'ViT',
  dinov2: 'Bit',
  efficientnet: 'EfficientNet',
  focalnet: 'Bit',
  hiera: 'Bit',
  ijepa: 'ViT',
  levit: 'Levit',
  lw_detr: 'DeformableDetr',
  mobilenet_v1: 'MobileNetV1',
  mobilenet_v2: 'MobileNetV2',
  mobilevit: 'MobileViT',
  mobilevitv2: 'MobileViT',
  poolformer: 'PoolFormer',
  pvt: 'Pvt',
  pvt_v2: 'Pvt',
  regnet: 'ConvNext',
  resnet: 'ConvNext',
  rt_detr: 'RTDetr',
  rt_detr_v2: 'RTDetr',
  segformer: 'Segformer',
  siglip: 'Siglip',
  swiftformer: 'ViT',
  swin: 'ViT',
  swinv2: 'ViT',
  'table-transformer': 'Detr',
  vit: 'ViT',
  vit_msn: 'ViT',
  vitpose: 'VitPose',
  yolos: 'Yolos',
};

/** The class by what the configuration calls it, else by the type of model; its name alone when it is none that is known. */
export function processorClass(
  { image_processor_type: image, feature_extractor_type: extractor }: ProcessorConfig,
  modelType: string | null | undefined,
): ProcessorClass | { readonly unknown: string } {
  const stated = image ?? extractor ?? undefined;
  const name = stated?.replace(/(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/, '') ?? byType(modelType);
  if (name !== undefined && Object.hasOwn(CLASSES, name)) return CLASSES[name] ?? { unknown: name };
  return { unknown: stated ?? `of the model type ${JSON.stringify(modelType ?? null)}` };
}

const byType = (type: string | null | undefined): string | undefined =>
  typeof type === 'string' && Object.hasOwn(BY_MODEL_TYPE, type) ? BY_MODEL_TYPE[type] : undefined;
