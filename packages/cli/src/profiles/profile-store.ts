import { resolve } from 'node:path';
import { profilesDirectory, ProfileStore } from '@care/benchmark';
import type { CliIo } from '../cli-io.js';

/** The profiles of `--profiles`, from where the user is, or of the environment. */
export function profileStore(dir: string | undefined, io: Pick<CliIo, 'cwd' | 'env'>): ProfileStore {
  return new ProfileStore(dir === undefined ? profilesDirectory(io.env) : resolve(io.cwd, dir));
}
