import type { GuardSpec, SerializedError, TaskType, Tensor, TensorSpec } from '@care/registry-core';
import type { ImageInput } from '@care/vision';
import type { VersionMetricsSnapshot } from '../metrics/version-metrics.js';
import type { LoadOptions } from '../model/load-options.js';
import type { ModelInferOptions, ModelPredictOptions, ModelStats } from '../model/model.js';
import type { Inference, Prediction, PredictionTimings, ServedBy } from '../model/prediction.js';
import type { GuardBreach } from './guard.js';

/**
 * - `loading`: files are read, checked and opened; `warming`: it answers its probe images
 * - `ready`: it can serve, with or without traffic
 * - `draining`: it finishes what it began; `unloaded`: its memory is back; `failed`: it could not be loaded
 */
export type VersionState = 'loading' | 'warming' | 'ready' | 'draining' | 'unloaded' | 'failed';

/** What one version takes and gives. */
export interface ModelSignature {
  readonly task: TaskType;
  readonly classNames: readonly string[];
  /** Classification with any number of labels an image. */
  readonly multiLabel: boolean;
  /** Of its variant: `onnx`, ... */
  readonly format: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** One loaded content of one version. */
export interface VersionStatus {
  /** Unique in its deployment: version and the first digits of the content's hash. */
  readonly id: string;
  /** Null for the unversioned one. */
  readonly version: string | null;
  readonly state: VersionState;
  /** `live`: has traffic; `shadow`: gets copies; `standby`: kept for a rollback; `none`: neither. */
  readonly role: 'live' | 'shadow' | 'standby' | 'none';
  /** Of the traffic, 0..1. */
  readonly share: number;
  /** Of the operation that loaded it. */
  readonly generation: number;
  readonly inFlight: number;
  /** Once it is open. */
  readonly servedBy?: ServedBy;
  /** Once it is open. */
  readonly signature?: ModelSignature;
  /** Its workers, once it is open. */
  readonly workers?: ModelStats;
  /** ISO 8601, once it is ready. */
  readonly readyAt?: string;
  /** Milliseconds from start to ready. */
  readonly loadMs?: number;
  readonly error?: SerializedError;
  readonly metrics: VersionMetricsSnapshot;
}

/** Weight by version, as it is in force. `''` is the unversioned one. */
export type Traffic = Readonly<Record<string, number>>;

export type DeploymentReason = 'start' | 'registry' | 'deploy' | 'rollback' | 'guard';

/** What went live when and why. Plain data. */
export interface DeploymentRecord {
  readonly generation: number;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: DeploymentReason;
  /** For people: who or what asked, or which bound was broken. */
  readonly detail: string;
  readonly traffic: Traffic;
  readonly shadow: readonly string[];
  /** Content hash by version. */
  readonly sha256: Readonly<Record<string, string>>;
}

export interface DeploymentStatus {
  readonly modelId: string;
  readonly generation: number;
  readonly traffic: Traffic;
  readonly shadow: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly stickyBy?: string;
  readonly guard?: GuardSpec;
  readonly versions: readonly VersionStatus[];
  /** Versions that were rolled back: nothing promotes them again but `deploy`, or other content. */
  readonly latched: readonly string[];
  /** What a rollback would make live; absent when there is nothing to go back to. */
  readonly rollbackTo?: Traffic;
  /** Why the last change was not taken, until one is. */
  readonly problem?: SerializedError;
}

/** What an event tells besides when and of which model. */
export type DeploymentEventBody =
  | {
      readonly kind: 'state';
      readonly id: string;
      readonly version: string | null;
      readonly state: VersionState;
    }
  | { readonly kind: 'switched'; readonly record: DeploymentRecord; readonly loadMs: number }
  /** A change was not taken; what was live stays so. The version is null for the unversioned one, and when it is not of a certain one. */
  | { readonly kind: 'refused'; readonly version: string | null; readonly error: SerializedError }
  /** A worker of a version died, with the request that it ran if it ran one; its place is taken. */
  | {
      readonly kind: 'crashed';
      readonly id: string;
      readonly version: string | null;
      readonly error: SerializedError;
    }
  /** A change wanted a version that was rolled back. */
  | { readonly kind: 'held'; readonly version: string | null }
  | {
      readonly kind: 'breach';
      readonly version: string | null;
      readonly breach: GuardBreach;
      readonly action: 'rollback' | 'alert';
    }
  /** A version has ended; `cut` requests were not finished at the deadline. */
  | { readonly kind: 'drained'; readonly id: string; readonly version: string | null; readonly cut: number };

/** A change of a deployment, in order. Plain data. */
export type DeploymentEvent = DeploymentEventBody & {
  readonly modelId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of the operation it belongs to. */
  readonly generation: number;
};

/** One request as it ended; for metrics of the host's own. */
export interface RequestObservation {
  readonly modelId: string;
  readonly version: string | null;
  readonly role: 'live' | 'shadow';
  readonly kind: 'predict' | 'infer';
  readonly servedBy: ServedBy;
  /** Seconds from call to answer. */
  readonly seconds: number;
  readonly predictions?: readonly Prediction[];
  /** Of each run, when it was answered; images that were run together share one. */
  readonly timings?: readonly PredictionTimings[];
  /** Code of the error it ended with. */
  readonly error?: string;
}

export interface DeploymentObserver {
  event?(event: DeploymentEvent): void;
  request?(observation: RequestObservation): void;
}

export interface DeploymentOptions {
  /** How each version is loaded. */
  readonly load?: LoadOptions;
  /** Follow the registry's changes; default true. */
  readonly watch?: boolean;
  /** Milliseconds that a version without traffic stays ready for a rollback; default 300 000. */
  readonly keepWarmMs?: number;
  /** Milliseconds that a version may take to finish what it began; default 30 000. */
  readonly drainMs?: number;
  /** Bytes that this process and its workers may take; default what the machine or container has. */
  readonly memoryBudget?: number;
  /** When the new version does not fit beside the old: refuse it (default), or drain the old one first, with a pause in serving. */
  readonly whenMemoryShort?: 'refuse' | 'drain-first';
  /** Requests copied to shadows at a time, for each; more are dropped. Default 4. */
  readonly shadowConcurrency?: number;
  /** Records kept; default 200. */
  readonly historyLimit?: number;
  /**
   * Folder in which the history and what was rolled back are remembered over a restart, in a file for each model; made when it is not
   * there. Absent: they live as long as the process.
   */
  readonly stateDirectory?: string;
  readonly observer?: DeploymentObserver;
  /** Go on without a first version when it cannot be loaded: the next change may bring it. Default false. */
  readonly startEmpty?: boolean;
}

export interface DeployedPredictOptions extends ModelPredictOptions {
  /** Keeps a requester on one version (`sticky_by` says which of its fields it is). */
  readonly key?: string;
  /** A resident version or alias instead of what the traffic says. */
  readonly version?: string;
}

export interface DeployedInferOptions extends ModelInferOptions {
  /** As of `predict`. */
  readonly key?: string;
  /** As of `predict`. */
  readonly version?: string;
}

/** What is to be live, as a host states it. Versions are versions, ranges or aliases; loaded when they are not yet. */
export interface DeploymentPlan {
  readonly traffic: Traffic;
  readonly shadow?: readonly string[];
  readonly stickyBy?: string;
  readonly guard?: GuardSpec;
  /** For the history. */
  readonly detail?: string;
}

/** A model id that stays served while its versions come and go. */
export interface Deployment extends AsyncDisposable {
  readonly modelId: string;
  readonly status: DeploymentStatus;
  /** Oldest first. */
  readonly history: readonly DeploymentRecord[];
  /** Whether a version is ready to take traffic. */
  readonly ready: boolean;
  /** The field of a request whose value is to be the `key`; undefined when each request is drawn anew. */
  readonly stickyBy: string | undefined;
  /** Of a ready version or alias, or of the live version with the most traffic; undefined when there is none. */
  signature(version?: string): ModelSignature | undefined;
  /** By one version; a request ends on the version it began on. @throws CareError as `Model.predict`; MODEL_NOT_FOUND (no such resident version) */
  predict(image: ImageInput, options?: DeployedPredictOptions): Promise<Prediction>;
  predict(images: readonly ImageInput[], options?: DeployedPredictOptions): Promise<Prediction[]>;
  /**
   * Runs one version on tensors as they are, chosen as for `predict`. Shadows get no copy: there is nothing to compare without a task.
   * @throws CareError as `Model.infer`; MODEL_NOT_FOUND (no such resident version)
   */
  infer(inputs: Readonly<Record<string, Tensor>>, options?: DeployedInferOptions): Promise<Inference>;
  /**
   * Makes a plan live: loads what it needs beside what serves, then switches. Resolves when it is live.
   * @throws CareError what kept it from becoming live; what was live stays so. DEPLOYMENT_INVALID, PROBE_FAILED, MEMORY_EXCEEDED, ...
   */
  deploy(plan: DeploymentPlan): Promise<DeploymentRecord>;
  /** Loads a version without giving it traffic. */
  load(version: string): Promise<VersionStatus>;
  /** Ends a version that has no traffic; resolves when its memory is back. @throws CareError DEPLOYMENT_INVALID when it is live */
  unload(version: string): Promise<void>;
  /**
   * Back to what was live before, at once while that is resident, and nothing promotes what was rolled back again by itself.
   * @throws CareError ROLLBACK_UNAVAILABLE
   */
  rollback(detail?: string): Promise<DeploymentRecord>;
  /** Looks at the registry again, as after a change. Resolves when what it says is live. @throws CareError what kept it from it */
  reload(): Promise<void>;
  /** @returns ends the subscription */
  subscribe(listener: (event: DeploymentEvent) => void): () => void;
  dispose(): Promise<void>;
}
