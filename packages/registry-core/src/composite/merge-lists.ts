import type { ModelSummary } from '../model-registry.js';
import type { ListedModel } from './resolution.js';

export interface RegistryList {
  readonly registry: string;
  readonly models: readonly ModelSummary[];
}

/** All models in the order of the registries; the same model id and version in a later one is marked as shadowed. */
export function mergeLists(lists: readonly RegistryList[]): ListedModel[] {
  const owners = new Map<string, string>();
  return lists.flatMap(({ registry, models }) =>
    models.map((model) => {
      const key = JSON.stringify([model.modelId, model.version ?? null]);
      const owner = owners.get(key) ?? registry;
      owners.set(key, owner);
      return { ...model, registry, ...(owner === registry ? {} : { shadowedBy: owner }) };
    }),
  );
}
