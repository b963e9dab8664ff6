import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileWatermarks } from './file-watermarks.js';
import { choosePlugins } from './plugin-choice.js';
import type {
  DiscoverOptions,
  PluginDescriptor,
  PluginDiscovery,
  PluginProblem,
} from './plugin-descriptor.js';
import { PLUGIN_FIELD, readPluginField, type DeclaredPlugin } from './plugin-field.js';
import { scanPackages, type PluginPackage } from './scan-packages.js';

interface Remembered {
  readonly discovery: PluginDiscovery;
  readonly watermarks: FileWatermarks;
}

const MAX_REMEMBERED = 16;
const remembered = new Map<string, Remembered>();

/**
 * Finds plugins by reading package.json files only: no plugin's code is imported. It looks at what the roots declare
 * (and at `packages`), resolved as Node or Yarn PnP resolves it from there; at what those need in turn only with
 * `scope: 'all'`. Never throws: what cannot be used is in `problems`, with package, path and remedy.
 *
 * The answer is remembered in the process, and given again while the roots' package.json files, the node_modules
 * folders looked at, the package managers' state files, linked packages and the plugins' own files are unchanged.
 * What this cannot see: a `care-registry` field written by hand into an installed package; `refresh` can.
 */
export function discoverPlugins(options: DiscoverOptions): PluginDiscovery {
  const { roots, packages, scope, order, prefer } = options;
  const key = JSON.stringify([process.cwd(), roots, packages, scope, order, prefer]);
  const known = remembered.get(key);
  if (known !== undefined && options.refresh !== true && known.watermarks.unchanged) return known.discovery;
  const watermarks = new FileWatermarks();
  const discovery = discover(options, watermarks);
  remembered.delete(key);
  remembered.set(key, { discovery, watermarks });
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return discovery;
}

function discover(options: DiscoverOptions, watermarks: FileWatermarks): PluginDiscovery {
  const scan = scanPackages(options, watermarks);
  const read = scan.packages.map((found) => readPlugins(found, watermarks));
  const choice = choosePlugins(
    read.flatMap((one) => one.plugins),
    options,
  );
  return {
    plugins: Object.freeze(choice.plugins),
    problems: Object.freeze([...scan.problems, ...read.flatMap((one) => one.problems), ...choice.problems]),
    notes: Object.freeze([...scan.notes, ...choice.notes]),
  };
}

function readPlugins(
  found: PluginPackage,
  watermarks: FileWatermarks,
): Pick<PluginDiscovery, 'plugins' | 'problems'> {
  const { packageName, json } = found;
  const plugins: PluginDescriptor[] = [];
  const problems: PluginProblem[] = [];
  const report = (problem: Pick<PluginProblem, 'message' | 'remedy' | 'kind' | 'name'>): void => {
    const message = `${packageName}: "${PLUGIN_FIELD}" ${problem.message}.`;
    problems.push({ code: 'PLUGIN_INVALID', packageName, path: json.file, ...problem, message });
  };
  const field = readPluginField(json.field, packageName);
  field.problems.forEach(report);
  for (const plugin of field.plugins) {
    const declared = path.join(found.dir, plugin.entry);
    watermarks.add(declared);
    const entry = realEntry(found.dir, declared, plugin);
    if (typeof entry !== 'string') {
      report({ ...entry, kind: plugin.kind, name: plugin.name });
      continue;
    }
    plugins.push(
      Object.freeze({
        kind: plugin.kind,
        name: plugin.name,
        packageName,
        packageVersion: json.version,
        packageDir: found.dir,
        entryUrl: pathToFileURL(entry).href,
        priority: plugin.priority,
      }),
    );
  }
  return { plugins, problems };
}

/** The real path of a plugin's module, which must be a file inside its package; otherwise what is wrong. */
function realEntry(
  dir: string,
  declared: string,
  plugin: DeclaredPlugin,
): string | { message: string; remedy: string } {
  const what = `${plugin.kind}.${plugin.name} points to "${plugin.entry.slice(0, 200)}"`;
  let entry: string;
  try {
    entry = fs.realpathSync(declared);
    if (!fs.statSync(entry).isFile())
      return { message: `${what}, which is no file`, remedy: 'Name the module file.' };
  } catch {
    const remedy = 'Build or reinstall the package; if it persists, tell its author.';
    return { message: `${what}, which does not exist`, remedy }; // the reason that matters, whatever the system calls it
  }
  const inside = path.relative(dir, entry);
  if (inside.startsWith('..') || path.isAbsolute(inside)) {
    return { message: `${what}, which is outside the package`, remedy: 'Name a module inside the package.' };
  }
  return entry;
}
