import fs from 'node:fs';
import path from 'node:path';
import type { FileWatermarks } from './file-watermarks.js';
import { dependencyNames, readPackageJson, type PackageJson } from './package-json.js';
import { createPackageLocator, findPnpApi, isPackageName } from './package-locator.js';
import type { DiscoverOptions, PluginNote, PluginProblem } from './plugin-descriptor.js';

/** A package that has a `care-registry` field. */
export interface PluginPackage {
  readonly packageName: string;
  /** Real path. */
  readonly dir: string;
  readonly json: PackageJson;
}

export interface PackageScan {
  readonly packages: readonly PluginPackage[];
  readonly problems: readonly PluginProblem[];
  readonly notes: readonly PluginNote[];
}

const OWN = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'];
const TRANSITIVE = ['dependencies', 'optionalDependencies', 'peerDependencies'];
const REINSTALL = 'Reinstall the package, or remove it from the dependencies.';

/** Finds the packages that offer plugins among what the roots declare (or, `scope: 'all'`, what those need in turn). */
export function scanPackages(options: DiscoverOptions, watermarks: FileWatermarks): PackageScan {
  const { scope = 'declared' } = options;
  const locate = createPackageLocator(watermarks);
  const problems: PluginProblem[] = [];
  const notes: PluginNote[] = [];
  const packages = new Map<string, PluginPackage>();
  const seenDirs = new Set<string>();
  const queue: { readonly json: PackageJson; readonly dir: string; readonly kinds: readonly string[] }[] = [];

  const take = (packageName: string, dir: string, json: PackageJson): void => {
    watermarks.add(json.file);
    const first = packages.get(packageName);
    if (first === undefined) {
      packages.set(packageName, { packageName, dir, json });
      return;
    }
    const message = `${packageName} ${first.json.version} (${first.dir}) is used, not ${json.version}: it is nearer to the first root.`;
    notes.push({ packageName, path: json.file, message });
  };

  /** Looks at one installed package. Returns false when it is not there. */
  const visit = (name: string, fromDir: string, named: boolean): boolean => {
    const link = locate(name, fromDir);
    if (link === undefined) return false;
    if (seenDirs.has(link)) return true;
    seenDirs.add(link);
    const read = readPackageJson(link, scope === 'all' || named);
    if (read.state === 'absent') return false;
    if (read.state === 'no-plugin') return true;
    if (read.state === 'broken') {
      watermarks.add(read.file);
      problems.push(invalidPackage(name, read.file, `package.json ${read.reason}`, REINSTALL));
      return true;
    }
    const { json } = read;
    const dir = fs.realpathSync(link);
    if (dir !== link) {
      if (seenDirs.has(dir)) return true;
      seenDirs.add(dir);
    }
    if (json.field !== undefined) take(name, dir, json);
    else if (named)
      problems.push(invalidPackage(name, json.file, 'it has no "care-registry" field', NOT_A_PLUGIN));
    if (scope === 'all') queue.push({ json, dir, kinds: TRANSITIVE });
    return true;
  };

  const roots = options.roots.map((root) => realRoot(path.resolve(root)));
  for (const dir of roots) {
    const read = readPackageJson(dir, true);
    watermarks.add(path.join(dir, 'package.json'));
    if (read.state !== 'read') {
      problems.push(brokenRoot(dir, read));
      continue;
    }
    const name = read.json.name ?? path.basename(dir);
    problems.push(...missingPnp(name, dir));
    seenDirs.add(dir);
    if (read.json.field !== undefined) take(name, dir, read.json);
    queue.push({ json: read.json, dir, kinds: OWN });
  }
  for (const name of options.packages ?? []) {
    if (!roots.some((root) => visit(name, root, true))) problems.push(notInstalled(name, roots[0] ?? ''));
  }
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    // What is declared but not there is an optional dependency, an unmet peer or an install that is not done: no plugin's fault.
    for (const name of dependencyNames(next.json, next.kinds)) visit(name, next.dir, false);
  }
  return { packages: [...packages.values()], problems, notes };
}

const NOT_A_PLUGIN = 'Remove it from the configured packages, or install a version that offers plugins.';

function realRoot(dir: string): string {
  try {
    return fs.realpathSync(dir);
  } catch {
    return dir; // Reported as a root without a package.json.
  }
}

function invalidPackage(packageName: string, file: string, reason: string, remedy: string): PluginProblem {
  return { code: 'PLUGIN_INVALID', packageName, path: file, message: `${packageName}: ${reason}.`, remedy };
}

function brokenRoot(
  dir: string,
  read: { readonly file: string; readonly state: string; readonly reason?: string },
): PluginProblem {
  const what = read.reason ?? 'does not exist';
  return {
    code: read.state === 'absent' ? 'PLUGIN_NOT_FOUND' : 'PLUGIN_INVALID',
    packageName: path.basename(dir),
    path: read.file,
    message: `The package.json of the host application ${what}: its plugins cannot be found.`,
    remedy: 'Correct the file, or name another root.',
  };
}

function notInstalled(packageName: string, root: string): PluginProblem {
  return {
    code: 'PLUGIN_NOT_FOUND',
    packageName,
    path: path.join(root, 'package.json'),
    message: `The configuration names the package "${packageName.slice(0, 214)}", which is not installed here.`,
    remedy: isPackageName(packageName)
      ? `Run \`npm install ${packageName}\`, or remove it.`
      : 'Write the name of a package.',
  };
}

/** Yarn PnP keeps no node_modules: without its runtime nothing could be found, and nobody would know why. */
function missingPnp(packageName: string, dir: string): PluginProblem[] {
  const file = path.join(dir, '.pnp.cjs');
  if (findPnpApi(dir) !== undefined || !fs.existsSync(file) || fs.existsSync(path.join(dir, 'node_modules')))
    return [];
  const message =
    'The host application is installed by Yarn Plug and Play, but this process runs without it.';
  return [
    {
      code: 'PLUGIN_NOT_FOUND',
      packageName,
      path: file,
      message,
      remedy: 'Start it with `yarn node` or `node -r ./.pnp.cjs`.',
    },
  ];
}
