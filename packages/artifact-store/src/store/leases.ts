import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../abort.js';
import { writeAtomically } from '../files/durable-file.js';
import { namesIn } from '../files/names-in.js';
import { storageFailure } from '../files/storage-failure.js';
import { isLocked } from '../locks/file-lock.js';
import { Liveness } from '../locks/liveness.js';
import { keepAlive, type OwnedFile } from '../locks/owned-file.js';
import { formatOwner, newOwner, parseOwner } from '../locks/process-identity.js';
import { EVICTION_LOCK, isSha256, requireSha256, type StoreLayout } from './store-layout.js';

const SUFFIX = '.lease';

/**
 * Makes a lease: a file that lists checksums and bears its owner in its name. An eviction that runs now may have looked before
 * the file was there, so it is waited for: after that the files are either gone or safe.
 */
export async function makeLease(layout: StoreLayout, sha256s: readonly string[]): Promise<OwnedFile> {
  const path = join(layout.leases, `${formatOwner(newOwner())}${SUFFIX}`);
  try {
    await writeAtomically(path, sha256s.map((sha256) => `${requireSha256(sha256)}\n`).join(''));
  } catch (error) {
    throw storageFailure(error, path);
  }
  const lease = keepAlive(path);
  const liveness = new Liveness();
  while (await isLocked(layout.lock(EVICTION_LOCK), liveness)) await pause(20, undefined, 'the lease');
  return lease;
}

/** The checksums that living processes hold; what the dead left is removed. */
export async function leasedChecksums(layout: StoreLayout): Promise<ReadonlySet<string>> {
  const liveness = new Liveness();
  const leased = new Set<string>();
  for (const name of await namesIn(layout.leases)) {
    const owner = name.endsWith(SUFFIX) ? parseOwner(name.slice(0, -SUFFIX.length)) : undefined;
    if (owner === undefined) continue;
    const path = join(layout.leases, name);
    if (!(await liveness.isAlive(path, owner))) {
      await rm(path, { force: true });
      continue;
    }
    for (const sha256 of await linesOf(path)) if (isSha256(sha256)) leased.add(sha256);
  }
  return leased;
}

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n');
  } catch {
    // Released meanwhile.
    return [];
  }
}
