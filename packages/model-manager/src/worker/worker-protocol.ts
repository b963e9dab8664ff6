import type {
  BackendProbe,
  JsonObject,
  ModelPackage,
  PluginDescriptor,
  SerializedError,
  Tensor,
  TensorSpec,
} from '@care/registry-core';
import type { ImageLimits, ImageSource, PredictOptions, TaskPrediction } from '@care/vision';

/** What a worker needs to make a backend. Plain data. */
export interface BackendRequest {
  readonly descriptor: PluginDescriptor;
  readonly options: JsonObject;
  readonly rootDir: string;
  /** The worker's own `process.env` when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a worker needs to open one variant of a model. Plain data. */
export interface OpenRequest {
  readonly backend: BackendRequest;
  readonly package: ModelPackage;
  readonly variantId: string;
  readonly device?: string;
  readonly threads?: number;
  readonly imageLimits?: Partial<ImageLimits>;
  /** Most images in one run of a model whose batch dimension is open. */
  readonly maxBatch: number;
  /** Bytes of all artifacts together. */
  readonly maxModelBytes: number;
  /** What an earlier worker of the same model read, by artifact name; another content is refused. */
  readonly pinnedSha256?: Readonly<Record<string, string>>;
  /** What is open already, by artifact name: the same content is not opened again. */
  readonly unlessSha256?: Readonly<Record<string, string>>;
}

/** What an opened model says of itself. */
export interface OpenedModel {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly device: string;
  /** Of the artifact with the role `model`. */
  readonly sha256: string;
  /** By artifact name. */
  readonly artifactSha256: Readonly<Record<string, string>>;
  /** Images that one run takes. */
  readonly batch: number;
  readonly info?: JsonObject;
}

/** Milliseconds inside the worker. */
export interface WorkerTimings {
  readonly decode: number;
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
}

export interface WorkerImage {
  readonly width: number;
  readonly height: number;
  readonly predictions: readonly TaskPrediction[];
}

export interface ImagesAnswer {
  readonly kind: 'images';
  /** One for each source, in their order. */
  readonly images: readonly WorkerImage[];
  /** Of all of them together. */
  readonly timings: WorkerTimings;
}

export interface TensorsAnswer {
  readonly kind: 'tensors';
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly timings: WorkerTimings;
}

export type WorkerAnswer = ImagesAnswer | TensorsAnswer;

/** What a request has a worker do. */
export type WorkerTask =
  | {
      readonly kind: 'predict';
      /** At least one. */
      readonly sources: readonly ImageSource[];
      readonly options: PredictOptions;
      /** The buffers of raw frames go back with the answer (threads only). */
      readonly returnFrames: boolean;
    }
  /** Runs the model on tensors as they are. */
  | { readonly kind: 'infer'; readonly inputs: Readonly<Record<string, Tensor>> };

export type ToWorker =
  | { readonly kind: 'open'; readonly request: OpenRequest }
  | { readonly kind: 'probe'; readonly request: BackendRequest }
  | { readonly kind: 'task'; readonly id: number; readonly task: WorkerTask }
  /** Free everything and end. */
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'ready'; readonly opened: OpenedModel }
  /** The session is open; now it answers its probe images. */
  | { readonly kind: 'warming' }
  /** The content is that of `unlessSha256`: nothing was opened. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'probed'; readonly probe: BackendProbe }
  /** `open` or `probe` failed. */
  | { readonly kind: 'failed'; readonly error: SerializedError }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly answer: WorkerAnswer;
      /** Buffers of raw frames. */
      readonly returned: readonly ArrayBuffer[];
    }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: SerializedError }
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly fields: JsonObject;
      readonly message: string;
    };

const FROM_WORKER: ReadonlySet<unknown> = new Set<FromWorker['kind']>([
  'ready',
  'warming',
  'unchanged',
  'probed',
  'failed',
  'answer',
  'refusal',
  'log',
]);

/** A plugin may use the same channel for words of its own; those are not ours. */
export function isFromWorker(message: unknown): message is FromWorker {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && FROM_WORKER.has(message.kind)
  );
}
