import { declareChecks } from '../declare-checks.js';
import { registryChecks } from './registry-checks.js';
import type { CreateRegistrySubject } from './registry-subject.js';

/** Declares the registry contract as vitest tests: call it at the top of a test file. */
export function registryContract(create: CreateRegistrySubject): void {
  declareChecks('registry contract', registryChecks(create));
}
