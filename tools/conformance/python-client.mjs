/** A Python with the pinned clients, in a cache outside of the checkout; made once. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');
const INSTALL_MS = 90_000;

/** Where something cannot be had here: no failure of what is tested, and no success either. */
export class Unavailable extends Error {}

/** `CARE_CONFORMANCE_CACHE`, or a folder in the user's cache. */
export function cacheFolder() {
  const { CARE_CONFORMANCE_CACHE: stated, XDG_CACHE_HOME: caches = path.join(homedir(), '.cache') } =
    process.env;
  return stated ?? path.join(caches, 'care-conformance');
}

/**
 * Fills `name` of the cache by `make(folder)` unless it is there. What fails half-way leaves nothing, and of two at once one wins.
 * @returns the folder
 */
export function cached(name, make) {
  const folder = path.join(cacheFolder(), name);
  const mark = path.join(folder, 'complete');
  if (existsSync(mark)) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    make(fresh);
    writeFileSync(path.join(fresh, 'complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (existsSync(mark)) return folder;
    throw error;
  }
  return folder;
}

/** Packages in a folder of their own instead of a virtual environment, which could not be moved. */
export function pythonClient() {
  const python = findPython();
  const version = run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).trim();
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const packages = cached(`python-${version}-${digest}`, (folder) =>
    pip(python, ['--target', folder, '--requirement', REQUIREMENTS]),
  );
  return { python, packages };
}

/** @throws Unavailable when pip or the network is missing */
export function pip(python, args) {
  run(
    python,
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--retries',
      '1',
      ...args,
    ],
    {
      timeout: INSTALL_MS,
    },
  );
}

export function findPython() {
  const found = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0,
  );
  if (found === undefined) throw new Unavailable('there is no Python 3.10 or newer');
  return found;
}

/** @returns standard output. @throws Unavailable with the last line of what went wrong */
export function run(command, args, { timeout = 60_000, cwd } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout, cwd });
  if (status === 0) return stdout;
  const lines = (error?.message ?? stderr).trim().split('\n');
  const said = lines.findLast((line) => /^ERROR|error|not found/i.test(line)) ?? lines.at(-1);
  throw new Unavailable(`${path.basename(command)} ${args.slice(0, 3).join(' ')}: ${said}`);
}
