import type { ContractVersion } from './contract-version.js';
import type { JsonObject } from './json.js';
import type { Tensor, TensorSpec } from './tensor.js';

/** A device a backend may run on, and if it cannot here, why and what would mend it. */
export interface BackendDevice {
  /** `cpu`, `cuda`, `dml`, `coreml`, `webgpu`, `npu`, ... */
  readonly id: string;
  readonly available: boolean;
  readonly reason?: string;
  readonly remedy?: string;
}

export interface BackendProbe {
  /** True when at least one device is available. */
  readonly available: boolean;
  /** Version of the engine, e.g. `1.30.0`. */
  readonly engineVersion?: string;
  readonly devices: readonly BackendDevice[];
  readonly reason?: string;
  readonly remedy?: string;
}

/** The files of a variant as they were read, hashed and checked; a backend loads these bytes and no others. */
export interface LoadedModel {
  readonly format: string;
  readonly precision: string;
  readonly model: LoadedFile & { readonly path?: string };
  /** External data by the name that the model file uses. */
  readonly externalData: readonly LoadedFile[];
}

export interface LoadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Of exactly these bytes, in hex, where the reader has worked it out already: what a backend keeps is filed under it. */
  readonly sha256?: string;
}

/** What every backend understands; what is special to one is in the options of its plugin. */
export interface OpenOptions {
  /** Wanted device; the backend's default when absent. An unavailable one is `BACKEND_UNAVAILABLE`, never silently another. */
  readonly device?: string;
  /** Threads inside one operator; the engine's default when absent. */
  readonly intraOpThreads?: number;
  readonly signal?: AbortSignal;
}

/** An opened model. Not concurrent: the caller awaits one `run` before the next. */
export interface InferenceSession {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** The device it really runs on. */
  readonly device: string;
  /** Engine facts for people: provider, options in force. */
  readonly info?: JsonObject;
  /**
   * Missing, unknown or ill-shaped inputs are `INPUT_INVALID` before the engine sees them; engine failures are
   * `INFERENCE_FAILED`. Output data is valid until the next `run`.
   */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  dispose(): Promise<void>;
}

/**
 * Opens variants of its formats. It is created and used inside a worker, may block its thread, and need not know of
 * threads. The constructor-time work is nil: native code is loaded by `probe` or `open`.
 */
export interface InferenceBackend {
  readonly contract: ContractVersion;
  readonly name: string;
  /** Variant formats it opens, e.g. `['onnx']`. */
  readonly formats: readonly string[];
  /**
   * Devices that may be available here, the preferred first, as far as that is known without loading native code (which platform, which
   * files are there). One: it is tried without a probe. Several: `probe` tells which. Absent: the backend chooses.
   */
  possibleDevices?(): readonly string[];
  /** Tells what is there. Never throws for what is missing. */
  probe(): Promise<BackendProbe>;
  /** @throws CareError `BACKEND_UNAVAILABLE`, `ARTIFACT_CORRUPT` (unreadable file), `MODEL_INCOMPATIBLE` (readable, cannot run) */
  open(model: LoadedModel, options?: OpenOptions): Promise<InferenceSession>;
  dispose?(): Promise<void>;
}
