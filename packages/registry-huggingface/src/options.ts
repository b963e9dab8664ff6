import { manifestSchema, MANIFEST_TASKS } from '@care/model-manifest';
import { z } from 'zod';

const side = z.int().min(1).max(32_768);
const { preprocessing, postprocessing, keypoints } = manifestSchema.shape;

/** What the host says of one repository; each wins over what the repository says. */
export const modelOptionsSchema = z.strictObject({
  /** Path of the ONNX file in a repository with several models. */
  file: z.string().min(1).optional(),
  task: z.enum(MANIFEST_TASKS).optional(),
  /** Index is the class id. */
  classes: z.array(z.string()).min(1).optional(),
  /** Height and width of the input in pixels. */
  inputSize: z.tuple([side, side]).optional(),
  /** Decoder and preprocessing of a known family, as `care import --family`: yolov8, yolox, rt-detr, imagenet, ... */
  family: z.string().min(1).optional(),
  /** As in a manifest: `resize`, `mean`, `std`, ... Fields that are left out stay as the repository says. */
  preprocessing,
  /** As in a manifest: `decoder`, `decoder_options`, thresholds. */
  postprocessing,
  /** As in a manifest: `names`, `skeleton`, `sigmas`. */
  keypoints,
});

/** Options of the plugin; `{}` is valid. */
export const optionsSchema = z.strictObject({
  /** Base URL of the Hub. Default: `HF_ENDPOINT`, then https://huggingface.co. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Cache directory in the layout of Python's huggingface_hub; relative to the host's root. Default: `HF_HUB_CACHE`, `HF_HOME`/hub, ~/.cache/huggingface/hub. */
  cacheDir: z.string().min(1).optional(),
  /** By repository, `org/name`: what it does not say itself. */
  models: z.record(z.string(), modelOptionsSchema).default({}),
});

export type HuggingfaceOptions = z.input<typeof optionsSchema>;
export type ModelOptions = z.output<typeof modelOptionsSchema>;
