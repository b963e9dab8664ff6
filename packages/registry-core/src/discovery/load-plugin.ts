import { CareError } from '../errors/care-error.js';
import type { BackendDefinition, RegistryDefinition } from '../plugin.js';
import type { PluginDescriptor } from './plugin-descriptor.js';

/** Imports a plugin's module and checks what it exports. @throws CareError PLUGIN_INVALID with the import's own failure as cause */
export function loadPlugin(descriptor: PluginDescriptor): Promise<RegistryDefinition | BackendDefinition> {
  return Promise.reject(new CareError('PLUGIN_INVALID', `not implemented: ${descriptor.name}`));
}
