import { declareChecks } from '../declare-checks.js';
import { backendChecks } from './backend-checks.js';
import type { BackendContractOptions, CreateBackendSubject } from './backend-subject.js';

/** Declares the backend contract as vitest tests: call it at the top of a test file. */
export function backendContract(create: CreateBackendSubject, options: BackendContractOptions = {}): void {
  declareChecks('backend contract', backendChecks(create, options));
}
