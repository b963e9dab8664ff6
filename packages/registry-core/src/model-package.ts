import type { JsonObject } from './json.js';
import type { TensorSpec } from './tensor.js';

/** The tasks CARE ships; a plugin may add others, so any string is allowed. */
export type TaskType =
  | 'object-detection'
  | 'pose-estimation'
  | 'instance-segmentation'
  | 'classification'
  | (string & Record<never, never>);

/** How pixels become the input tensor. Every field is explicit: what the model's own source says, no global default. */
export interface Preprocessing {
  /**
   * - `letterbox`: scale to fit, keep the aspect ratio, pad to the input size
   * - `stretch`: scale both sides independently
   * - `center-crop`: scale the shorter side to the input size, cut the middle out
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
  readonly interpolation: 'nearest' | 'bilinear' | 'area' | 'bicubic';
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
  /** Free-form, untouched. */
  readonly metadata: JsonObject;
  /** Where it was described, for people: a manifest's path, a project's page. Never with credentials. */
  readonly source?: string;
}
