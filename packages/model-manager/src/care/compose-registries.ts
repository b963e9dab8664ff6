import {
  CompositeModelRegistry,
  createRegistry,
  errorMessage,
  PLUGIN_NAME_PATTERN,
  CareError,
  type CompositeMember,
  type ModelRegistry,
} from '@care/registry-core';
import type { CareOptions } from './care.js';
import { failedRegistry } from './failed-registry.js';
import { problemError, type PluginSet } from './plugin-set.js';

/**
 * The host's own registries first, then the discovered ones in their order. A plugin that cannot be used stays in the
 * chain as one that fails: references that name it throw its failure, others go on to the next registry.
 */
export async function composeRegistries(
  plugins: PluginSet,
  options: CareOptions,
): Promise<CompositeModelRegistry> {
  const own = options.registries ?? [];
  const members = own.map((registry) => member(registry, options, 'stop'));
  const taken = new Set(own.map(({ name }) => name));
  for (const descriptor of plugins.ofKind('registries')) {
    if (taken.has(descriptor.name)) {
      plugins.disable(descriptor);
      continue;
    }
    taken.add(descriptor.name);
    try {
      const registry = await plugins.use(descriptor, (definition, given) => {
        if (definition.kind !== 'registry') {
          throw new CareError('PLUGIN_INVALID', `plugin "${descriptor.name}" is no registry`);
        }
        return createRegistry(definition, given, plugins.context);
      });
      members.push(member(registry, options, 'stop'));
    } catch (error) {
      const { name, packageName } = descriptor;
      plugins.logger.warn(
        { plugin: name, package: packageName, error: errorMessage(error) },
        'a registry cannot be used',
      );
      members.push(member(failedRegistry(descriptor.name, error), options, 'continue'));
    }
  }
  for (const problem of plugins.problems) {
    const { kind, name } = problem;
    if (kind !== 'registries' || name === undefined || taken.has(name) || !PLUGIN_NAME_PATTERN.test(name))
      continue;
    taken.add(name);
    members.push(member(failedRegistry(name, problemError(problem)), options, 'continue'));
  }
  return new CompositeModelRegistry(members);
}

function member(
  registry: ModelRegistry,
  options: CareOptions,
  onErrorDefault: 'stop' | 'continue',
): CompositeMember {
  const timeoutMs = options.timeouts?.[registry.name];
  return {
    registry,
    onError: options.onError?.[registry.name] ?? onErrorDefault,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}
