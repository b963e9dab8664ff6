import { z } from 'zod';
import type { JsonObject, JsonValue } from '@care/registry-core';

/** The words for a task in a manifest; `keypoint-detection` is another name of `pose-estimation`. */
export const MANIFEST_TASKS = [
  'object-detection',
  'pose-estimation',
  'keypoint-detection',
  'instance-segmentation',
  'classification',
] as const;

/** The official expression of semver.org (version 2.0.0), without its capture groups. */
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

const MAX_SIDE = 32_768;
const MAX_TEXT = 4096;
const MAX_CLASSES = 100_000;

const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);
const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), json);

const path = z
  .string()
  .min(1)
  .max(MAX_TEXT)
  .regex(/^[^\0]*$/, 'a path without NUL characters');
const sha256 = z.string().regex(/^[0-9a-fA-F]{64}$/, 'the SHA-256 of the file: 64 hexadecimal digits');
const unit = z.number().min(0).max(1);
const side = z.int().min(1).max(MAX_SIDE);

const staticCrop = z.object({
  x_min: unit.describe('Left edge, as a fraction of the width.'),
  y_min: unit.describe('Upper edge, as a fraction of the height.'),
  x_max: unit.describe('Right edge, as a fraction of the width.'),
  y_max: unit.describe('Lower edge, as a fraction of the height.'),
});

const contrast = z.object({
  method: z
    .enum(['stretching', 'histogram-equalization', 'adaptive-equalization'])
    .describe('stretching: the 2nd and 98th percentile become 0 and 255.'),
  order: z
    .enum(['before-grayscale', 'after-grayscale'])
    .optional()
    .describe(
      "before-grayscale, the default: as Roboflow's environment.json is served (equalizations leave grey); after-grayscale: as its inference_config.json is.",
    ),
});

const preprocessing = z.object({
  resize: z
    .enum(['letterbox', 'stretch', 'center-crop', 'fit-within'])
    .optional()
    .describe('How the image is brought to the input size. Default letterbox.'),
  pad_value: z
    .number()
    .min(0)
    .max(255)
    .optional()
    .describe('Grey level of the padding, 0..255, before scale, mean and std. Default 114.'),
  pad_position: z
    .enum(['center', 'top-left'])
    .optional()
    .describe('Where the image lies in the padded input. Default center.'),
  color: z.enum(['rgb', 'bgr', 'gray']).optional().describe('Order of the channels. Default rgb.'),
  scale: z.number().positive().optional().describe('Multiplies the 0..255 pixel value. Default 1/255.'),
  mean: z
    .array(z.number())
    .min(1)
    .max(4)
    .optional()
    .describe('Per channel, in the order of color: (pixel * scale - mean) / std. Default 0.'),
  std: z
    .array(z.number().positive())
    .min(1)
    .max(4)
    .optional()
    .describe('Per channel, in the order of color. Default 1.'),
  interpolation: z
    .enum(['nearest', 'bilinear', 'area', 'bicubic', 'lanczos'])
    .optional()
    .describe('Default bilinear. lanczos is always as Pillow.'),
  antialias: z
    .boolean()
    .optional()
    .describe(
      'True: as Pillow and torchvision resize (bilinear and bicubic widen their filter when shrinking). Default false, as OpenCV.',
    ),
  resize_shorter_side: z
    .union([side, z.literal('keep')])
    .optional()
    .describe(
      'For center-crop: pixels of the shorter side before the crop (ImageNet: 256 for an input of 224), or keep: not scaled. Default: it fills the input.',
    ),
  resize_to: z
    .tuple([side, side])
    .optional()
    .describe('For center-crop: [height, width] that both sides are scaled to before the crop.'),
  pad_mode: z
    .enum(['constant', 'reflect', 'zero'])
    .optional()
    .describe(
      'What lies beside the image: pad_value, the mirrored image, or 0 after mean and std. Default constant.',
    ),
  side_rounding: z
    .enum(['nearest', 'floor'])
    .optional()
    .describe(
      'Scaled sides of letterbox and fit-within, and margins of center-crop, that are not whole. Default nearest.',
    ),
  static_crop: staticCrop
    .optional()
    .describe(
      'The part of the image that the model sees, as fractions 0..1 (25 percent is 0.25). Default all.',
    ),
  grayscale: z
    .boolean()
    .optional()
    .describe('True: colours become grey levels; the input keeps the channels of color. Default false.'),
  contrast: contrast.optional().describe('Contrast adjustment before resizing. Default none.'),
  auto_orient: z
    .boolean()
    .optional()
    .describe('False: the model sees the pixels as stored, without EXIF orientation. Default true.'),
});

const postprocessing = z.object({
  decoder: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe(
      'Name of an output decoder of the task (yolov5, yolov8, yolox, end2end, detr, ...) or auto, the default.',
    ),
  decoder_options: jsonObject.optional().describe('Settings of that decoder.'),
  confidence_threshold: unit.optional().describe('Kept when confidence >= threshold. Default 0.5.'),
  iou_threshold: unit.optional().describe('NMS suppresses when the IoU > threshold. Default 0.45.'),
  max_detections: z.int().min(1).max(100_000).optional().describe('Default 300.'),
  class_agnostic_nms: z
    .boolean()
    .optional()
    .describe('True: a box suppresses boxes of every class. Default false.'),
  multi_label: z
    .boolean()
    .optional()
    .describe('True: an anchor may give one prediction for each class above the threshold. Default false.'),
});

const keypoints = z.object({
  names: z
    .array(z.string().min(1))
    .min(1)
    .max(1024)
    .describe('Names of the keypoints in the order of the output.'),
  skeleton: z
    .array(z.tuple([z.int().min(0), z.int().min(0)]))
    .max(4096)
    .optional()
    .describe('Pairs of 0-based keypoint indices that are joined by a line.'),
  sigmas: z.array(z.number().positive()).optional().describe('OKS sigmas, one for each keypoint.'),
});

const variant = z.object({
  id: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Unique in the manifest. Default format-precision, e.g. onnx-int8.'),
  model_path: path.describe('File of the variant, absolute or relative to the manifest.'),
  format: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Default by the file name: .onnx onnx, .engine or .plan tensorrt-engine, .xml openvino-ir.'),
  precision: z.string().min(1).max(64).describe('fp32, fp16, int8, ...'),
  sha256: sha256.optional(),
});

const benchmarks = z.object({
  latency_ms: z.record(z.string(), z.number().min(0)).optional().describe('Milliseconds by device name.'),
  mAP50: unit.optional(),
  model_size_mb: z.number().min(0).optional(),
});

const probe = z.object({
  image: path.describe('Picture, absolute or relative to the manifest.'),
  expect: z
    .array(
      z.object({
        class: z.string().describe('Label of `class_names`.'),
        confidence: unit.optional(),
        box: z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .optional()
          .describe('[x1, y1, x2, y2] in pixels of the upright picture.'),
      }),
    )
    .max(1000)
    .optional()
    .describe('What must be found; more may be found too.'),
  confidence_tolerance: unit.optional().describe('How far a confidence may be off. Default 0.1.'),
  min_iou: unit.optional().describe('Least IoU of a box. Default 0.7.'),
});

/** A model manifest as it stands in the file. The first five fields are required; the rest is optional. */
export const manifestSchema = z.object({
  $schema: z.string().optional().describe('For editors.'),
  model_id: z.string().min(1).max(256).describe('Name of the model in references.'),
  task_type: z.enum(MANIFEST_TASKS).describe('What the model does.'),
  model_path: path
    .regex(/\.onnx$/, 'a path that ends in .onnx')
    .describe('The ONNX file, absolute or relative to the manifest.'),
  class_names: z
    .array(z.string().max(MAX_TEXT))
    .min(1)
    .max(MAX_CLASSES)
    .describe('Class labels; the index is the class id.'),
  input_size: z.tuple([side, side]).describe('[height, width] of the input in pixels.'),
  version: z
    .string()
    .max(256)
    .regex(SEMVER, 'a semantic version, e.g. 1.2.0 or 1.3.0-rc.1')
    .optional()
    .describe('Semantic version of the model.'),
  sha256: sha256.optional().describe('SHA-256 of the file at model_path.'),
  preprocessing: preprocessing.optional(),
  postprocessing: postprocessing.optional(),
  keypoints: keypoints.optional(),
  variants: z.array(variant).max(64).optional().describe('The same model in other forms.'),
  benchmarks: benchmarks.optional(),
  probes: z
    .array(probe)
    .max(64)
    .optional()
    .describe('Pictures that a version must answer rightly before it goes live.'),
  metadata: jsonObject.nullable().optional().describe('Free-form, kept untouched.'),
});

/** A valid manifest, as it stands in the file (snake_case, defaults not filled in). */
export type Manifest = z.output<typeof manifestSchema>;
