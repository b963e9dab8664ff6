import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CareError } from '@care/registry-core';

/** Refuses with `STORAGE_FULL` what will not fit, before the disk is filled with the part that does. */
export async function requireRoom(path: string, bytes: number): Promise<void> {
  const free = await freeBytes(dirname(path));
  if (free === undefined || bytes <= free) return;
  throw new CareError('STORAGE_FULL', `cannot write ${path}: ${bytes} bytes are needed, ${free} are free`, {
    details: { path, neededBytes: bytes, freeBytes: free },
  });
}

async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const { blocks, bavail, bsize } = await statfs(directory);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    // Some file systems do not tell; writing will.
    return undefined;
  }
}
