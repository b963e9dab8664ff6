import { CONTRACT_VERSION } from './contract-version.js';
import type { ModelRegistry } from './model-registry.js';

/**
 * A registry with `resolve` and `fetch` whose code is loaded by its first question: what a plugin's factory returns when what it is
 * built upon would make every host start slower, also those that never ask it.
 * @param open called once, and again when it failed
 */
export function deferredRegistry(
  name: string,
  open: () => Promise<ModelRegistry & Required<Pick<ModelRegistry, 'fetch'>>>,
): ModelRegistry {
  let opening: ReturnType<typeof open> | undefined;
  const opened = (): ReturnType<typeof open> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    contract: CONTRACT_VERSION,
    name,
    resolve: async (reference, options) => (await opened()).resolve(reference, options),
    fetch: async (model, variantId, options) => (await opened()).fetch(model, variantId, options),
    dispose: async () => {
      await (await opening)?.dispose?.();
    },
  };
}
