export { findHostRoot } from './care/host-root.js';
export type { Care, CareOptions, PluginStatus } from './care/care.js';
export { createCare } from './care/create-care.js';
export type { LoadOptions } from './model/load-options.js';
export type { Model, ModelPredictOptions, ModelStats } from './model/model.js';
export type { Prediction, PredictionTimings, ServedBy } from './model/prediction.js';
export type { ImageInput } from '@care/vision';
