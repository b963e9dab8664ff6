import type { JsonObject } from './json.js';
import type { TensorSpec } from './tensor.js';

/** The tasks CARE ships; a plugin may add others, so any string is allowed. */
export type TaskType =
  | 'object-detection'
  | 'pose-estimation'
  | 'instance-segmentation'
  | 'classification'
  | (string & Record<never, never>);

/**
 * How pixels become the input tensor. What the model's own source says, no global default: an optional field that is absent
 * means that the step does not happen.
 *
 * Order of the steps: orientation, static crop, contrast and greyscale (in the order that `contrast` says), resize and padding,
 * order of the channels, `scale`, `mean` and `std`.
 */
export interface Preprocessing {
  /**
   * - `letterbox`: scale to fit, keep the aspect ratio, pad to the input size
   * - `stretch`: scale both sides independently
   * - `center-crop`: scale the shorter side to `resizeShorterSide`, cut the middle out; pad where the picture is smaller
   * - `fit-within`: as letterbox but never enlarging
   */
  readonly resize: 'letterbox' | 'stretch' | 'center-crop' | 'fit-within';
  /** Where the picture lies in the padded input (YOLOX: `top-left`). */
  readonly padPosition: 'center' | 'top-left';
  /** Grey level of the padding, 0..255, before scale, mean and std. */
  readonly padValue: number;
  readonly color: 'rgb' | 'bgr' | 'gray';
  /** Multiplies the 0..255 pixel value; 1/255 gives 0..1. */
  readonly scale: number;
  /** Per channel, in the order of `color`: (pixel * scale - mean) / std. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly interpolation: 'nearest' | 'bilinear' | 'area' | 'bicubic' | 'lanczos';
  /**
   * True: as Pillow, torchvision and timm do: `bilinear` and `bicubic` widen their filter when shrinking (bicubic with a = -0.5),
   * `nearest` takes the pixel under the centre, `area` whole pixels (Pillow's BOX). False, the default: as OpenCV (bicubic with
   * a = -0.75), which trained most detectors. `lanczos` (a = 3) is always Pillow's.
   */
  readonly antialias?: boolean;
  /**
   * For `center-crop`: pixels of the shorter side after scaling. ImageNet evaluation scales to 256 and cuts out 224 (torchvision's
   * Resize + CenterCrop); absent, the picture just fills the input (Roboflow's "Fill (with center crop) in"); `keep`: pixels
   * are not scaled (`center-crop` of Roboflow's inference-models).
   */
  readonly resizeShorterSide?: number | 'keep';
  /** For `center-crop`, instead of `resizeShorterSide`: both sides are scaled to this, each on its own, before the cut (DeiT of transformers: 256 x 256, then 224). */
  readonly resizeTo?: { readonly height: number; readonly width: number };
  /**
   * What lies beside the picture: `padValue` (`constant`, the default), the mirrored picture, edge pixels not repeated (`reflect`,
   * OpenCV's BORDER_REFLECT_101), or 0 in the tensor itself, after mean and std (`zero`, transformers' DETR).
   */
  readonly padMode?: 'constant' | 'reflect' | 'zero';
  /**
   * Scaled sides of `letterbox` and `fit-within` that are not whole: `nearest` (Ultralytics; the default) or `floor` (YOLOX, Roboflow).
   * For `center-crop` what is cut off at the left and above when half of it is not whole: `nearest` half to even (torchvision, the
   * default), `floor` (transformers).
   */
  readonly sideRounding?: 'nearest' | 'floor';
  /**
   * The part of the picture that the model sees, as fractions 0..1 of its width and height; pixel edges are floor(fraction *
   * side). Roboflow states percent: 25 is 0.25. Results are still in pixels of the whole picture.
   */
  readonly staticCrop?: StaticCrop;
  /** True: colours are replaced by their luma (BT.601, as OpenCV's RGB2GRAY); the tensor keeps the channels of `color`. */
  readonly grayscale?: boolean;
  readonly contrast?: ContrastAdjustment;
  /**
   * True, the default: EXIF orientation is applied before all else. False: the model sees the pixels as they are stored, and
   * `staticCrop` is of that picture. Results are in the upright picture either way.
   */
  readonly autoOrient?: boolean;
}

/** Edges as fractions 0..1: of the width for x, of the height for y. */
export interface StaticCrop {
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
}

/** Contrast of the seen part of the picture, evened out before it is resized. */
export interface ContrastAdjustment {
  /**
   * - `stretching`: the 2nd and 98th percentile of all values become 0 and 255
   * - `histogram-equalization`: levels in equal shares
   * - `adaptive-equalization`: the same for each of 8 x 8 tiles, limited (CLAHE, clip limit 0.03)
   */
  readonly method: 'stretching' | 'histogram-equalization' | 'adaptive-equalization';
  /**
   * - `before-grayscale`: as Roboflow's classic `environment.json` is served. Percentiles are those of the colours; both
   *   equalizations are OpenCV's of the luma and leave a grey picture.
   * - `after-grayscale`: as Roboflow's newer `inference_config.json` is served, after the greyscale step if there is one. Both
   *   equalizations are scikit-image's and keep colours: one curve for all channels; tiles of the HSV value.
   */
  readonly order: 'before-grayscale' | 'after-grayscale';
}

/** How output tensors become predictions. */
export interface Postprocessing {
  /** Name of an output decoder of the task, or `auto`: told from the exporter's metadata, then from unmistakable shapes. */
  readonly decoder: string;
  /** Settings of that decoder, e.g. `{ "scores": "logits" }`. */
  readonly decoderOptions: JsonObject;
  /** Kept when confidence >= threshold. */
  readonly confidenceThreshold: number;
  /** NMS suppresses when the true IoU > threshold. */
  readonly iouThreshold: number;
  readonly maxDetections: number;
  /** True: a box suppresses boxes of every class; false: of its own class only. */
  readonly classAgnosticNms: boolean;
  /** True: an anchor may give one prediction for each class above the threshold. */
  readonly multiLabel: boolean;
}

/** Names, skeleton (pairs of 0-based indices) and OKS sigmas of a pose model's keypoints. */
export interface KeypointSpec {
  readonly names: readonly string[];
  readonly skeleton: readonly (readonly [number, number])[];
  readonly sigmas?: readonly number[];
}

/** A file of a variant. Local when `path` is set; otherwise the registry's `fetch` brings it. */
export interface ArtifactFile {
  /** Unique in the variant; for external data the name that the model file uses. */
  readonly name: string;
  readonly role: 'model' | 'external-data' | 'other';
  /** Absolute path of a local file. */
  readonly path?: string;
  /** Size in bytes. */
  readonly size?: number;
  /** Lower-case hexadecimal. */
  readonly sha256?: string;
}

/** The same model in one form: format x precision. */
export interface ModelVariant {
  /** Unique in the package, e.g. `onnx-fp32`. */
  readonly id: string;
  readonly format: 'onnx' | 'tensorrt-engine' | 'openvino-ir' | (string & Record<never, never>);
  readonly precision: 'fp32' | 'fp16' | 'int8' | (string & Record<never, never>);
  /** Exactly one has the role `model`. */
  readonly artifacts: readonly ArtifactFile[];
  /** Declared inputs and outputs, when the registry knows them. */
  readonly inputs?: readonly TensorSpec[];
  readonly outputs?: readonly TensorSpec[];
  /** What the exporter wrote into the file (ONNX metadata_props). */
  readonly exporterMetadata?: Readonly<Record<string, string>>;
}

/** Declared figures of a manifest; measured ones live in benchmark profiles. */
export interface DeclaredBenchmarks {
  /** Milliseconds by device name. */
  readonly latencyMs?: Readonly<Record<string, number>>;
  readonly mAP50?: number;
  readonly modelSizeMb?: number;
}

/** A picture that a version must answer before it goes live, and what it must find there. */
export interface ProbeImage {
  /** Absolute path of a local picture. */
  readonly path: string;
  /** Each must be among the predictions; others may be there too. Absent: finite outputs of the declared shapes are enough. */
  readonly expect?: readonly {
    readonly class: string;
    /** 0..1 */
    readonly confidence?: number;
    /** x1, y1, x2, y2 in pixels of the upright picture. */
    readonly box?: readonly [number, number, number, number];
  }[];
  /** How far a confidence may be off; default 0.1. */
  readonly confidenceTolerance?: number;
  /** Least IoU of a box; default 0.7. */
  readonly minIou?: number;
}

/** An answer from the cache in place of the registry's own. */
export interface StaleAnswer {
  /** When the registry last gave it: ISO 8601, UTC. */
  readonly since: string;
  /** Why it was not asked anew, for people: offline, unreachable, too slow. */
  readonly reason: string;
}

/** One version of one model: all that is needed to run it, whatever its source. Plain data. */
export interface ModelPackage {
  readonly modelId: string;
  /** Semver; absent for the unversioned one. */
  readonly version?: string;
  readonly task: TaskType;
  /** Index is the class id. */
  readonly classNames: readonly string[];
  /** Height and width of the input tensor in pixels. */
  readonly inputSize: { readonly height: number; readonly width: number };
  readonly preprocessing: Preprocessing;
  readonly postprocessing: Postprocessing;
  readonly keypoints?: KeypointSpec;
  /** At least one; the first is the default. */
  readonly variants: readonly ModelVariant[];
  readonly benchmarks?: DeclaredBenchmarks;
  readonly probes?: readonly ProbeImage[];
  /** Present when the registry could not be asked and this is what it said before. */
  readonly stale?: StaleAnswer;
  /** Free-form, untouched. */
  readonly metadata: JsonObject;
  /** Where it was described, for people: a manifest's path, a project's page. Never with credentials. */
  readonly source?: string;
}
