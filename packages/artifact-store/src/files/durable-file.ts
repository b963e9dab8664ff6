import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../secrets/clean-cause.js';

const BUSY_ATTEMPTS = 8;

/** What Windows answers while a virus scanner, an indexer or another reader has the file open for a moment. */
function isBusy(error: unknown, platform: NodeJS.Platform): boolean {
  const code = errorCode(error);
  return code === 'EBUSY' || (platform === 'win32' && (code === 'EPERM' || code === 'EACCES'));
}

/** Repeats a file operation while the file is in use by somebody for a moment; about two seconds in all. */
export async function whileBusy<T>(
  operation: () => Promise<T>,
  platform: NodeJS.Platform = process.platform,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt >= BUSY_ATTEMPTS || !isBusy(error, platform)) throw error;
      await sleep(10 * 2 ** attempt);
    }
  }
}

/** Renames, also over an existing file, and makes the new name last through a loss of power. The content must be synced before. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await whileBusy(() => rename(from, to));
  await syncDirectory(dirname(to));
}

export async function removeFile(path: string): Promise<void> {
  await whileBusy(() => rm(path, { force: true }));
}

/** How a file ends that a killed process may leave behind. */
export const TEMPORARY_SUFFIX = '.tmp';

/**
 * Writes a small file so that a reader sees the old content or the new, never a part. `alone`: no other process writes it at the
 * same time, so that what a killed one left is written over.
 */
export async function writeAtomically(
  path: string,
  text: string,
  writers: 'alone' | 'many' = 'many',
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const nonce = writers === 'alone' ? '' : `.${randomBytes(6).toString('hex')}`;
  const temporary = `${path}${nonce}${TEMPORARY_SUFFIX}`;
  try {
    await writeFile(temporary, text, { flush: true });
    await moveIntoPlace(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  let handle;
  try {
    handle = await open(directory, 'r');
    await handle.sync();
  } catch {
    // Windows opens no directories, some file systems sync none: there is nothing more to do.
  } finally {
    await handle?.close();
  }
}
