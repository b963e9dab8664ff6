export { CONTRACT_VERSION, type ContractVersion } from './contract-version.js';
export type { JsonObject, JsonValue } from './json.js';
export { silentLogger, type Logger } from './logger.js';
export { CareError, isCareError, type CareErrorOptions } from './errors/care-error.js';
export { ERROR_CODES, type CareErrorCode } from './errors/error-codes.js';
export {
  deserializeError,
  errorMessage,
  serializeError,
  type SerializedError,
} from './errors/error-transfer.js';
export type { Tensor, TensorDataMap, TensorDataType, TensorSpec } from './tensor.js';
export { fromHalf } from './half-float.js';
export { validateInputs } from './tensor-validation.js';
export type {
  ArtifactFile,
  ContrastAdjustment,
  DeclaredBenchmarks,
  KeypointSpec,
  ModelPackage,
  ModelVariant,
  Postprocessing,
  Preprocessing,
  ProbeImage,
  StaleAnswer,
  StaticCrop,
  TaskType,
} from './model-package.js';
export type { DeploymentSpec, GuardSpec } from './deployment-spec.js';
export { deploymentSpecSchema } from './deployment-spec-schema.js';
export { modelPackageSchema, modelSummarySchema } from './model-package-schema.js';
export {
  formatModelReference,
  modelIdProblem,
  parseModelReference,
  PLUGIN_NAME_PATTERN,
  selectorProblem,
  type ModelReference,
} from './model-reference.js';
export { deferredRegistry } from './deferred-registry.js';
export { nearestName } from './nearest-name.js';
export type {
  FetchOptions,
  FetchProgress,
  ModelRegistry,
  ModelSummary,
  RegistryCallOptions,
  RegistryChange,
} from './model-registry.js';
export type {
  BackendDevice,
  BackendProbe,
  InferenceBackend,
  InferenceSession,
  LoadedFile,
  LoadedModel,
  OpenOptions,
} from './inference-backend.js';
export {
  defineBackend,
  defineRegistry,
  type BackendDefinition,
  type PluginContext,
  type RegistryDefinition,
} from './plugin.js';
export { discoverPlugins } from './discovery/discover-plugins.js';
export { loadPlugin, loadPluginModule } from './discovery/load-plugin.js';
export { createBackend, createRegistry } from './discovery/create-plugin.js';
export type {
  DiscoverOptions,
  PluginDescriptor,
  PluginDiscovery,
  PluginKind,
  PluginNote,
  PluginProblem,
} from './discovery/plugin-descriptor.js';
export { CompositeModelRegistry } from './composite/composite-model-registry.js';
export type { CompositeMember } from './composite/composite-member.js';
export type {
  Explanation,
  ListedModel,
  ModelList,
  RegistryAnswer,
  ResolvedChange,
  ResolvedModel,
} from './composite/resolution.js';
