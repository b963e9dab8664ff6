import type {
  DiscoverOptions,
  PluginDescriptor,
  PluginDiscovery,
  PluginNote,
  PluginProblem,
} from './plugin-descriptor.js';

/**
 * Settles names that several packages offer, and the order. Without the host's `prefer` such a name is offered by
 * none: never by the last one that was found.
 */
export function choosePlugins(
  found: readonly PluginDescriptor[],
  options: DiscoverOptions,
): Required<PluginDiscovery> {
  const plugins: PluginDescriptor[] = [];
  const problems: PluginProblem[] = [];
  const notes: PluginNote[] = [];
  const byName = new Map<string, PluginDescriptor[]>();
  for (const one of found) {
    const key = `${one.kind}/${one.name}`;
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  for (const [key, candidates] of byName) {
    const [first] = candidates;
    if (first === undefined) continue;
    const preferred = preference(options, key, first.name);
    const chosen =
      preferred === undefined ? candidates : candidates.filter((one) => one.packageName === preferred);
    const [only] = chosen;
    if (only === undefined) problems.push(preferredMissing(key, preferred ?? '', candidates, first));
    else if (chosen.length > 1) problems.push(ambiguous(key, candidates, first));
    else {
      plugins.push(only);
      if (candidates.length > 1) notes.push(preferenceNote(key, only));
    }
  }
  return { plugins: inOrder(plugins, options.order ?? []), problems, notes };
}

function preference(options: DiscoverOptions, key: string, name: string): string | undefined {
  const { prefer = {} } = options;
  if (Object.hasOwn(prefer, key)) return prefer[key];
  return Object.hasOwn(prefer, name) ? prefer[name] : undefined;
}

/** The host's explicit order, then priority, then name, then kind: the same on every machine. */
function inOrder(plugins: readonly PluginDescriptor[], order: readonly string[]): PluginDescriptor[] {
  const position = ({ kind, name }: PluginDescriptor): number => {
    const index = order.findIndex((wanted) => wanted === name || wanted === `${kind}/${name}`);
    return index < 0 ? order.length : index;
  };
  return plugins.toSorted(
    (a, b) =>
      position(a) - position(b) ||
      a.priority - b.priority ||
      compare(a.name, b.name) ||
      compare(a.kind, b.kind),
  );
}

/** By code unit: no locale decides which registry is asked first. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function ambiguous(
  key: string,
  candidates: readonly PluginDescriptor[],
  first: PluginDescriptor,
): PluginProblem {
  const offered = candidates.map((one) => `${one.packageName} (${one.packageDir})`).join(' and ');
  return {
    code: 'PLUGIN_AMBIGUOUS',
    packageName: first.packageName,
    path: first.packageDir,
    message: `"${key}" is offered by ${offered}; neither is used.`,
    remedy: `Say which is meant, e.g. prefer: { "${key}": "${first.packageName}" }, or remove one of the packages.`,
    kind: first.kind,
    name: first.name,
  };
}

function preferredMissing(
  key: string,
  preferred: string,
  candidates: readonly PluginDescriptor[],
  first: PluginDescriptor,
): PluginProblem {
  const offered = candidates.map((one) => one.packageName).join(' and ');
  return {
    code: 'PLUGIN_NOT_FOUND',
    packageName: preferred,
    path: first.packageDir,
    message: `The configuration prefers "${preferred}" for "${key}", but only ${offered} offers it; it is not used.`,
    remedy: `Install ${preferred}, or change the preference.`,
    kind: first.kind,
    name: first.name,
  };
}

function preferenceNote(key: string, chosen: PluginDescriptor): PluginNote {
  const { packageName, packageDir } = chosen;
  return {
    packageName,
    path: packageDir,
    message: `"${key}" is taken from ${packageName}, as the configuration says.`,
  };
}
