import {
  CareError,
  discoverPlugins,
  loadPlugin,
  nearestName,
  type BackendDefinition,
  type JsonObject,
  type Logger,
  type PluginContext,
  type PluginDescriptor,
  type PluginProblem,
  type RegistryDefinition,
} from '@care/registry-core';
import type { CareOptions, PluginStatus } from './care.js';
import { consoleLogger } from './console-logger.js';
import { findHostRoot } from './host-root.js';

interface Plugin {
  readonly descriptor: PluginDescriptor;
  state: PluginStatus['state'];
  error?: unknown;
}

/** The plugins that a host has, their options and what became of each. */
export class PluginSet {
  readonly context: PluginContext;
  readonly problems: readonly PluginProblem[];
  readonly #plugins: Plugin[];
  readonly #options: Readonly<Record<string, JsonObject>>;

  constructor(options: CareOptions) {
    // Outside any package there is no host that declares plugins; a root that was named must be one.
    const root = options.root ?? findHostRoot(process.cwd());
    const rootDir = root ?? process.cwd();
    const { packages, scope, order, prefer, disable = [] } = options;
    const env = options.env ?? process.env;
    const { CARE_OFFLINE: offline = '' } = env;
    this.context = {
      rootDir,
      env,
      logger: options.logger ?? consoleLogger,
      offline: options.offline ?? ['1', 'true'].includes(offline.toLowerCase()),
    };
    this.#options = options.plugins ?? {};
    const discovery = discoverPlugins({
      roots: [...(root === undefined ? [] : [root]), ...(options.extraRoots ?? [])],
      ...(packages === undefined ? {} : { packages }),
      ...(scope === undefined ? {} : { scope }),
      ...(order === undefined ? {} : { order }),
      ...(prefer === undefined ? {} : { prefer }),
    });
    this.problems = discovery.problems;
    this.#plugins = discovery.plugins.map((descriptor) => ({
      descriptor,
      state: isNamed(descriptor, disable) ? 'disabled' : 'found',
    }));
    for (const problem of this.problems) {
      this.logger.warn({ package: problem.packageName, path: problem.path }, problem.message);
    }
    this.#warnOfUnknownNames(disable);
  }

  get logger(): Logger {
    return this.context.logger;
  }

  get statuses(): readonly PluginStatus[] {
    return this.#plugins.map(({ descriptor, state, error }) => ({
      descriptor,
      state,
      // Those of registries may hold keys.
      ...(descriptor.kind === 'backends' ? { options: this.optionsOf(descriptor) } : {}),
      ...(error === undefined ? {} : { error }),
    }));
  }

  /** Usable plugins of a kind, in order. */
  ofKind(kind: 'registries' | 'backends'): readonly PluginDescriptor[] {
    return this.#plugins
      .filter(({ descriptor, state }) => descriptor.kind === kind && state !== 'disabled')
      .map(({ descriptor }) => descriptor);
  }

  optionsOf({ kind, name }: PluginDescriptor): JsonObject {
    return this.#options[`${kind}/${name}`] ?? this.#options[name] ?? {};
  }

  disable(descriptor: PluginDescriptor): void {
    this.#set(descriptor, 'disabled');
  }

  /** Imports a plugin and makes something of it; its state tells how that went. @throws what the plugin failed with */
  async use<T>(
    descriptor: PluginDescriptor,
    make: (definition: RegistryDefinition | BackendDefinition, options: JsonObject) => T,
  ): Promise<T> {
    try {
      const made = make(await loadPlugin(descriptor), this.optionsOf(descriptor));
      this.#set(descriptor, 'loaded');
      return made;
    } catch (error) {
      this.#set(descriptor, 'failed', error);
      throw error;
    }
  }

  /** The one backend of this name. @throws CareError PLUGIN_NOT_FOUND, or what discovery has against it */
  backendNamed(name: string): PluginDescriptor {
    const known = this.ofKind('backends');
    const found = known.find((descriptor) => descriptor.name === name);
    if (found !== undefined) return found;
    const problem = this.problems.find(
      (candidate) => candidate.kind === 'backends' && candidate.name === name,
    );
    if (problem !== undefined) throw problemError(problem);
    const names = known.map((descriptor) => descriptor.name);
    const nearest = nearestName(name, names);
    const list = names.length === 0 ? 'none is installed' : `installed: ${names.join(', ')}`;
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    throw new CareError('PLUGIN_NOT_FOUND', `There is no backend "${name}"; ${list}.${hint}`, {
      details: { backend: name, known: names },
    });
  }

  #set(descriptor: PluginDescriptor, state: Plugin['state'], error?: unknown): void {
    const plugin = this.#plugins.find((candidate) => candidate.descriptor === descriptor);
    if (plugin === undefined) return;
    plugin.state = state;
    plugin.error = error;
  }

  #warnOfUnknownNames(disable: readonly string[]): void {
    const known = this.#plugins.map(({ descriptor }) => descriptor);
    for (const name of [...Object.keys(this.#options), ...disable]) {
      if (known.some((descriptor) => isNamed(descriptor, [name]))) continue;
      this.logger.warn({ plugin: name }, 'the host configures a plugin that is not installed');
    }
  }
}

/** What discovery reports, as the error that asking for this plugin throws. */
export function problemError({ code, message, remedy, packageName, path }: PluginProblem): CareError {
  return new CareError(code, message, { remedy, details: { package: packageName, path } });
}

function isNamed({ kind, name }: PluginDescriptor, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(`${kind}/${name}`);
}
