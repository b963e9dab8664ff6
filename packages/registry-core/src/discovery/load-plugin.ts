import { CONTRACT_VERSION } from '../contract-version.js';
import { CareError } from '../errors/care-error.js';
import { errorMessage } from '../errors/error-transfer.js';
import type { BackendDefinition, RegistryDefinition } from '../plugin.js';
import type { PluginDescriptor } from './plugin-descriptor.js';
import { isRecord } from './plugin-field.js';

const DEFINITION_KINDS: Readonly<Record<string, string>> = { registries: 'registry', backends: 'backend' };
const modules = new Map<string, Promise<unknown>>();

/**
 * Imports a registry's or backend's module and checks by shape what it exports by default. Imported once; asking
 * again for one that failed gives the same failure.
 * @throws CareError PLUGIN_INVALID with the import's own failure as cause
 */
export async function loadPlugin(
  descriptor: PluginDescriptor,
): Promise<RegistryDefinition | BackendDefinition> {
  const definition = await loadPluginModule(descriptor);
  const problem = definitionProblem(definition, descriptor);
  if (problem !== undefined || !isDefinition(definition))
    throw invalid(descriptor, problem ?? 'it is no definition');
  return definition;
}

/** Default export of any plugin's module, unchecked: for kinds that the core does not know. @throws CareError PLUGIN_INVALID */
export function loadPluginModule(descriptor: PluginDescriptor): Promise<unknown> {
  let loading = modules.get(descriptor.entryUrl);
  if (loading === undefined) {
    loading = importDefault(descriptor);
    modules.set(descriptor.entryUrl, loading);
  }
  return loading;
}

async function importDefault(descriptor: PluginDescriptor): Promise<unknown> {
  let exported: unknown;
  try {
    const namespace = (await import(descriptor.entryUrl)) as { readonly default?: unknown };
    exported = namespace.default;
  } catch (error) {
    throw invalid(descriptor, `its module cannot be imported: ${errorMessage(error).slice(0, 500)}`, error);
  }
  // CommonJS that was compiled from ESM: `exports.default = ...` arrives one level deeper.
  if (isRecord(exported) && 'default' in exported && !('kind' in exported)) return exported.default;
  return exported;
}

function definitionProblem(definition: unknown, descriptor: PluginDescriptor): string | undefined {
  const wanted = DEFINITION_KINDS[descriptor.kind];
  if (wanted === undefined) return `plugins of kind "${descriptor.kind}" are not loaded by this function`;
  if (!isRecord(definition)) return 'its module has no definition as default export';
  if (definition.contract !== CONTRACT_VERSION) {
    return `it is made for contract ${String(definition.contract)}, this core understands ${CONTRACT_VERSION}`;
  }
  if (definition.kind !== wanted)
    return `it is declared under "${descriptor.kind}" but defines a ${String(definition.kind)}`;
  if (definition.name !== descriptor.name) return `its definition is named "${String(definition.name)}"`;
  if (typeof definition.create !== 'function') return 'its definition has no function "create"';
  if (!hasSafeParse(definition.options)) return 'its definition has no zod schema "options"';
  return undefined;
}

function isDefinition(value: unknown): value is RegistryDefinition | BackendDefinition {
  return isRecord(value) && typeof value.create === 'function' && hasSafeParse(value.options);
}

function hasSafeParse(schema: unknown): boolean {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    'safeParse' in schema &&
    typeof schema.safeParse === 'function'
  );
}

function invalid(descriptor: PluginDescriptor, reason: string, cause?: unknown): CareError {
  const { kind, name, packageName, packageVersion, packageDir, entryUrl } = descriptor;
  const message = `Plugin ${kind}/${name} of ${packageName}@${packageVersion} (${entryUrl}) cannot be used: ${reason}.`;
  return new CareError('PLUGIN_INVALID', message, {
    remedy: `Reinstall or update ${packageName}; if it persists, tell its author.`,
    details: { kind, name, packageName, packageVersion, packageDir, entryUrl },
    cause,
  });
}
