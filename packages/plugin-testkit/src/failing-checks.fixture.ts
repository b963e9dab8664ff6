import type { ContractCheck } from './contract-check.js';

/** Names of the checks that fail, with what they say. */
export async function failingChecks(checks: readonly ContractCheck[]): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for (const check of checks) {
    try {
      await check.run();
    } catch (error) {
      failures.set(check.name, error instanceof Error ? error.message : String(error));
    }
  }
  return failures;
}
