import { CONTRACT_VERSION, type ModelRegistry } from '@care/registry-core';

/** Stands in the chain for a registry that could not be made, and answers every question with the reason. */
export function failedRegistry(name: string, error: unknown): ModelRegistry {
  // Whatever the plugin threw is the answer; the composite makes a CareError of it.
  const fail = (): Promise<never> => Promise.resolve().then(() => rethrow(error));
  return { contract: CONTRACT_VERSION, name, resolve: fail, list: fail };
}

function rethrow(error: unknown): never {
  throw error;
}
