import { checkRegistryShape } from '../composite/composite-member.js';
import { CONTRACT_VERSION } from '../contract-version.js';
import { CareError, isCareError } from '../errors/care-error.js';
import { errorMessage } from '../errors/error-transfer.js';
import type { InferenceBackend } from '../inference-backend.js';
import type { ModelRegistry } from '../model-registry.js';
import { formatPath } from '../plain-data.js';
import type { BackendDefinition, PluginContext, RegistryDefinition } from '../plugin.js';

/**
 * Checks the host's options against the plugin's schema and makes the registry.
 * @param options `undefined` is `{}`
 * @throws CareError OPTIONS_INVALID naming plugin and option; a CareError of the factory as it is; PLUGIN_INVALID when the
 * factory throws anything else (its cause) or gives no registry
 */
export function createRegistry(
  definition: RegistryDefinition,
  options: unknown,
  context: PluginContext,
): ModelRegistry {
  const registry = callFactory(definition, options, context);
  checkRegistryShape(registry);
  return registry;
}

/** As {@link createRegistry}, for a backend. */
export function createBackend(
  definition: BackendDefinition,
  options: unknown,
  context: PluginContext,
): InferenceBackend {
  const backend = callFactory(definition, options, context);
  if (isBackend(backend)) return backend;
  throw pluginInvalid(definition, 'its factory gives no backend (contract, name, formats, probe, open)');
}

function callFactory(
  definition: RegistryDefinition | BackendDefinition,
  options: unknown,
  context: PluginContext,
): unknown {
  const parsed = parseOptions(definition, options ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 5).map((issue) => {
      return `${formatPath(issue.path) || 'options'}: ${issue.message}`.slice(0, 200);
    });
    const message = `Options of ${definition.kind} "${definition.name}" are not valid: ${problems.join('; ')}.`;
    throw new CareError('OPTIONS_INVALID', message, { details: { plugin: definition.name, problems } });
  }
  try {
    return definition.create(parsed.data, context);
  } catch (error) {
    if (isCareError(error)) throw error;
    throw pluginInvalid(definition, `its factory failed: ${errorMessage(error).slice(0, 500)}`, error);
  }
}

function parseOptions(definition: RegistryDefinition | BackendDefinition, options: unknown) {
  try {
    return definition.options.safeParse(options);
  } catch (error) {
    throw pluginInvalid(definition, `its options schema failed: ${errorMessage(error).slice(0, 500)}`, error);
  }
}

function isBackend(value: unknown): value is InferenceBackend {
  if (typeof value !== 'object' || value === null) return false;
  const { contract, name, formats, probe, open } = value as Readonly<Record<string, unknown>>;
  return (
    contract === CONTRACT_VERSION &&
    typeof name === 'string' &&
    Array.isArray(formats) &&
    formats.every((format) => typeof format === 'string') &&
    typeof probe === 'function' &&
    typeof open === 'function'
  );
}

function pluginInvalid(
  definition: RegistryDefinition | BackendDefinition,
  reason: string,
  cause?: unknown,
): CareError {
  return new CareError(
    'PLUGIN_INVALID',
    `Plugin ${definition.kind} "${definition.name}" cannot be used: ${reason}.`,
    {
      details: { plugin: definition.name, kind: definition.kind },
      cause,
    },
  );
}
