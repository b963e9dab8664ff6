import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pause, throwIfAborted } from '../abort.js';
import { namesIn } from '../files/names-in.js';
import { storageFailure } from '../files/storage-failure.js';
import { Liveness } from './liveness.js';
import { createOwnedFile, type OwnedFile } from './owned-file.js';
import { formatOwner, newOwner, parseOwner } from './process-identity.js';

const SUFFIX = '.lock';
const WAIT_MS = { least: 20, most: 150 };

export interface LockOptions {
  /** For messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Called while another holds the lock; true ends the waiting without the lock. */
  readonly whileWaiting?: () => Promise<boolean>;
}

/**
 * Takes a lock that is free again as soon as its holder is gone, however it ended; undefined when `whileWaiting` said that it is
 * not needed any more.
 *
 * Each contender has a file of its own, `<name>.<owner>.lock`. It makes its file, then looks for those of others: of two that
 * came together at least one sees the other, so never two go on. Files of the dead have names that nobody uses again, and
 * are removed by whoever sees them.
 */
export async function acquireLock(path: string, options: LockOptions): Promise<OwnedFile | undefined> {
  try {
    return await contend(path, options);
  } catch (error) {
    throw storageFailure(error, path);
  }
}

async function contend(path: string, options: LockOptions): Promise<OwnedFile | undefined> {
  const liveness = new Liveness();
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    throwIfAborted(options.signal, options.what);
    if ((await livingHolders(path, liveness)).length === 0) {
      const own = await createOwnedFile(`${path}.${formatOwner(newOwner())}${SUFFIX}`);
      try {
        const holders = await livingHolders(path, liveness);
        if (holders.length === 1 && holders[0] === own.path) return own;
      } catch (error) {
        await own.release();
        throw error;
      }
      await own.release();
    } else if ((await options.whileWaiting?.()) === true) return undefined;
    await pause(WAIT_MS.least + Math.random() * (WAIT_MS.most - WAIT_MS.least), options.signal, options.what);
  }
}

/** Whether some living process holds the lock now. */
export async function isLocked(path: string, liveness: Liveness): Promise<boolean> {
  return (await livingHolders(path, liveness)).length > 0;
}

/** Removes the locks in a directory whose holders are dead; nobody may contend for theirs again. */
export async function removeDeadLocks(directory: string): Promise<void> {
  const liveness = new Liveness();
  for (const name of await namesIn(directory)) {
    const owner = name.endsWith(SUFFIX)
      ? parseOwner(name.slice(0, -SUFFIX.length).split('.').at(-1) ?? '')
      : undefined;
    if (owner === undefined || (await liveness.isAlive(join(directory, name), owner))) continue;
    await rm(join(directory, name), { force: true });
  }
}

async function livingHolders(path: string, liveness: Liveness): Promise<string[]> {
  const directory = dirname(path);
  const prefix = `${basename(path)}.`;
  const living: string[] = [];
  for (const name of await namesIn(directory)) {
    if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) continue;
    const owner = parseOwner(name.slice(prefix.length, -SUFFIX.length));
    // Of another lock whose name begins alike.
    if (owner === undefined) continue;
    const file = join(directory, name);
    if (await liveness.isAlive(file, owner)) living.push(file);
    else await rm(file, { force: true });
  }
  return living;
}
