import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory, by its real path, that is removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'care-manifest-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** False where the account may not make symbolic links (Windows without developer mode). */
export async function canLink(directory: string): Promise<boolean> {
  try {
    await symlink('nowhere', join(directory, 'probe'));
    await rm(join(directory, 'probe'));
    return true;
  } catch {
    // The answer of the probe.
    return false;
  }
}
