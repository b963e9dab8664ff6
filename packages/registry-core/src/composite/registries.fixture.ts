import { CareError } from '../errors/care-error.js';
import type { CareErrorCode } from '../errors/error-codes.js';
import { modelPackage } from '../model-package.fixture.js';
import type { ModelRegistry } from '../model-registry.js';

/** A registry that has the given ids, all in version 1.0.0. */
export function having(
  name: string,
  ids: readonly string[],
  parts: Partial<ModelRegistry> = {},
): ModelRegistry {
  return {
    contract: 1,
    name,
    resolve: ({ modelId }) =>
      ids.includes(modelId)
        ? Promise.resolve(modelPackage({ modelId, version: '1.0.0', source: name }))
        : Promise.reject(new CareError('MODEL_NOT_FOUND', `${name} has only ${ids.join(', ')}`)),
    list: () => Promise.resolve(ids.map((modelId) => ({ modelId, version: '1.0.0' }))),
    ...parts,
  };
}

/** A registry that fails. */
export function failing(name: string, code: CareErrorCode, message = `${name} is broken`): ModelRegistry {
  const fail = () => Promise.reject(new CareError(code, message, { details: { file: 'a.json' } }));
  return { contract: 1, name, resolve: fail, list: fail };
}

/** A registry whose answers come from foreign JavaScript: of any type, or thrown. */
export function answering(name: string, answer: () => unknown): ModelRegistry {
  const registry = { contract: 1 as const, name, resolve: answer, list: answer };
  // What third-party JavaScript may do is what the types forbid.
  return registry as ModelRegistry;
}
