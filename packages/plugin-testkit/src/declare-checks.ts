import { describe, it } from 'vitest';
import type { ContractCheck } from './contract-check.js';

/** Declares the checks as vitest tests. */
export function declareChecks(title: string, checks: readonly ContractCheck[]): void {
  describe(title, () => {
    for (const check of checks) it(check.name, () => check.run());
  });
}
