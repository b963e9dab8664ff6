export type { ContractCheck } from './contract-check.js';
export { registryChecks } from './registry/registry-checks.js';
export { registryContract } from './registry/registry-contract.js';
export type { CreateRegistrySubject, RegistrySubject } from './registry/registry-subject.js';
export { backendChecks } from './backend/backend-checks.js';
export { backendContract } from './backend/backend-contract.js';
export type {
  BackendContractOptions,
  BackendSubject,
  CreateBackendSubject,
  OpenReference,
} from './backend/backend-subject.js';
export type { ContractModels, ModelCase, Tensors } from './backend/contract-models.js';
