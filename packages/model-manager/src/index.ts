export { findHostRoot } from './care/host-root.js';
export type { Care, CareOptions, PluginStatus } from './care/care.js';
export { createCare } from './care/create-care.js';
export type {
  DeployedInferOptions,
  DeployedPredictOptions,
  Deployment,
  DeploymentEvent,
  DeploymentObserver,
  DeploymentOptions,
  DeploymentPlan,
  DeploymentReason,
  DeploymentRecord,
  DeploymentStatus,
  ModelSignature,
  RequestObservation,
  Traffic,
  VersionState,
  VersionStatus,
} from './deployment/deployment.js';
export type { GuardBreach } from './deployment/guard.js';
export type { Estimate } from './metrics/intervals.js';
export { LATENCY_BUCKETS, type HistogramSnapshot } from './metrics/latency-histogram.js';
export type { VersionMetricsSnapshot } from './metrics/version-metrics.js';
export type { LoadOptions } from './model/load-options.js';
export type { Model, ModelInferOptions, ModelPredictOptions, ModelStats } from './model/model.js';
export type { Inference, Prediction, PredictionTimings, ServedBy } from './model/prediction.js';
export type { MeasuredLatencies } from './negotiation/measured-latencies.js';
export type { Candidate, CandidateVerdict } from './negotiation/negotiation.js';
export { PRECISION_FLOORS, type PrecisionFloor, type Selection, type Wishes } from './negotiation/wishes.js';
export type { ImageInput } from '@care/vision';
