import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import type { FileWatermarks } from './file-watermarks.js';

const PACKAGE_NAME = /^(?:@[a-z0-9~_-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/i;

/** Whether a declared name can be a package at all; `../x` cannot. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && PACKAGE_NAME.test(name);
}

/** Finds the folder of a package as seen from another folder, which may be a symlink; undefined when it is not installed. */
export type LocatePackage = (name: string, fromDir: string) => string | undefined;

/**
 * Node's own algorithm: the `node_modules` folders from `fromDir` upwards, nearest first; under Yarn PnP its resolver.
 * The folders are listed once, so that a package which is not there costs nothing.
 */
export function createPackageLocator(watermarks: FileWatermarks): LocatePackage {
  const lookups = new Map<string, readonly string[]>();
  const listings = new Map<string, ReadonlyMap<string, boolean>>();

  const list = (dir: string): ReadonlyMap<string, boolean> => {
    const known = listings.get(dir);
    if (known !== undefined) return known;
    watermarks.add(dir);
    const entries = new Map(readDirectory(dir).map((entry) => [entry.name, entry.isSymbolicLink()] as const));
    if (path.basename(dir) === 'node_modules') {
      // Package managers rewrite these when they change a package in place.
      for (const state of INSTALL_STATE_FILES) if (entries.has(state)) watermarks.add(path.join(dir, state));
    }
    listings.set(dir, entries);
    return entries;
  };

  const lookupDirs = (fromDir: string, name: string): readonly string[] => {
    const known = lookups.get(fromDir);
    if (known !== undefined) return known;
    const dirs = createRequire(path.join(fromDir, 'package.json')).resolve.paths(name) ?? [];
    lookups.set(fromDir, dirs);
    return dirs;
  };

  return (name, fromDir) => {
    const pnp = findPnpApi(fromDir);
    if (pnp !== undefined) return locateWithPnp(pnp, name, fromDir);
    const slash = name.indexOf('/');
    // Only what a listing holds is looked at, so that no name (`../x`, `a/b`) leads elsewhere.
    if (slash >= 0 && !name.startsWith('@')) return undefined;
    const scope = slash < 0 ? undefined : name.slice(0, slash);
    const last = name.slice(slash + 1);
    for (const modules of lookupDirs(fromDir, name)) {
      if (scope !== undefined && !list(modules).has(scope)) continue;
      const dir = scope === undefined ? modules : modules + path.sep + scope;
      const linked = list(dir).get(last);
      if (linked === undefined) continue;
      const found = dir + path.sep + last;
      if (linked && !leadsToStore(found)) watermarks.add(path.join(found, 'package.json'));
      return found;
    }
    return undefined;
  };
}

const INSTALL_STATE_FILES = ['.package-lock.json', '.modules.yaml', '.yarn-state.yml', '.yarn-integrity'];

function readDirectory(dir: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(dir, { withFileTypes: true });
  } catch {
    return []; // Most folders on the way up do not exist, and one that cannot be listed offers nothing.
  }
}

/** Links into a package manager's own store (pnpm) hold what was installed; others (workspaces) are edited in place. */
function leadsToStore(link: string): boolean {
  try {
    return path
      .resolve(path.dirname(link), fs.readlinkSync(link))
      .includes(`${path.sep}node_modules${path.sep}.`);
  } catch {
    return false; // A link that cannot be read is watched.
  }
}

interface PnpApi {
  resolveToUnqualified(
    request: string,
    issuer: string,
    options?: { considerBuiltins?: boolean },
  ): string | null;
}

/** The resolver that Yarn installed for the project that holds `dir`; undefined outside Yarn PnP. */
export function findPnpApi(dir: string): PnpApi | undefined {
  if (process.versions.pnp === undefined) return undefined;
  return hasFindPnpApi(Module) ? (Module.findPnpApi(`${dir}${path.sep}`) ?? undefined) : undefined;
}

function hasFindPnpApi(value: object): value is { findPnpApi(lookup: string): PnpApi | null } {
  return 'findPnpApi' in value && typeof value.findPnpApi === 'function';
}

function locateWithPnp(pnp: PnpApi, name: string, fromDir: string): string | undefined {
  if (!isPackageName(name)) return undefined;
  try {
    const dir = pnp.resolveToUnqualified(name, `${fromDir}${path.sep}`, { considerBuiltins: false });
    return dir === null ? undefined : path.join(dir, '.');
  } catch {
    return undefined; // PnP throws for what is not installed: an optional dependency, an unmet peer.
  }
}
