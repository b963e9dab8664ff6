import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CareError, errorMessage } from '@care/registry-core';
import { parseProfile } from './parse-profile.js';
import { profileKey, type Profile, type ProfileIdentity } from './profile.js';

/**
 * Where profiles are kept: `CARE_PROFILES_DIR`, else `profiles` in the folder of CARE's downloads (`CARE_CACHE_DIR`,
 * `MODEL_CACHE_DIR`, `$XDG_CACHE_HOME/care`, `~/.cache/care`). An empty variable counts as absent.
 */
export function profilesDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const filled = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const own = filled('CARE_PROFILES_DIR');
  if (own !== undefined) return own;
  const cache = filled('CARE_CACHE_DIR') ?? filled('MODEL_CACHE_DIR');
  if (cache !== undefined) return join(cache, 'profiles');
  const base =
    process.platform === 'win32'
      ? (filled('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'))
      : (filled('XDG_CACHE_HOME') ?? join(filled('HOME') ?? homedir(), '.cache'));
  return join(base, 'care', 'profiles');
}

/** A file in the folder that is no usable profile. */
export interface ProfileProblem {
  readonly file: string;
  readonly message: string;
}

/** Profiles in a folder, one file each, named by what it is a measurement of. */
export class ProfileStore {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Of exactly this identity; undefined when nobody measured it, or when its file cannot be used. */
  async read(identity: ProfileIdentity): Promise<Profile | undefined> {
    const file = this.#file(profileKey(identity));
    try {
      return await this.#parse(file);
    } catch {
      return undefined;
    }
  }

  /** All that can be used, in the order of their keys. A folder that is not there holds none. */
  async readAll(): Promise<{ readonly profiles: Profile[]; readonly problems: ProfileProblem[] }> {
    const names = (await readdir(this.dir).catch(() => [])).filter((name) => name.endsWith('.json'));
    const profiles: Profile[] = [];
    const problems: ProfileProblem[] = [];
    for (const name of names.toSorted()) {
      const file = join(this.dir, name);
      try {
        profiles.push(await this.#parse(file));
      } catch (error) {
        problems.push({ file, message: errorMessage(error) });
      }
    }
    return { profiles, problems };
  }

  /** Whole or not at all. @throws CareError OUTPUT_FAILED */
  async write(profile: Profile): Promise<void> {
    const file = this.#file(profileKey(profile.identity));
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      await mkdir(this.dir, { recursive: true });
      await writeFile(temporary, `${JSON.stringify(profile)}\n`, { flag: 'wx' });
      await rename(temporary, file);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new CareError('OUTPUT_FAILED', `the profile ${file} cannot be written: ${errorMessage(cause)}`, {
        remedy: 'Name a folder that can be written to by CARE_PROFILES_DIR.',
        cause,
      });
    }
  }

  async remove(identity: ProfileIdentity): Promise<void> {
    await rm(this.#file(profileKey(identity)), { force: true });
  }

  #file(key: string): string {
    return join(this.dir, `${key}.json`);
  }

  /** A file under another name than its content's is a copy that somebody changed. */
  async #parse(file: string): Promise<Profile> {
    const profile = parseProfile(await readFile(file, 'utf8'), file);
    if (this.#file(profileKey(profile.identity)) === file) return profile;
    throw new CareError(
      'MANIFEST_INVALID',
      `benchmark profile ${file}: its name is not that of its content`,
      {
        remedy: 'Import profiles with `care profiles import`, or delete the file.',
      },
    );
  }
}
