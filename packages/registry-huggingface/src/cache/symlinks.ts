import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether links can be made in a directory: tried out, as Python does, since it depends on disk and user (Windows). */
export async function supportsSymlinks(directory: string): Promise<boolean> {
  await mkdir(directory, { recursive: true });
  const folder = await mkdtemp(join(directory, 'tmp'));
  try {
    await symlink('target', join(folder, 'link'));
    return true;
  } catch {
    // The answer: they cannot be made.
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
