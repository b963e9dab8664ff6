import { throwIfAborted } from '../abort.js';
import { removeFile } from '../files/durable-file.js';
import { acquireLock } from '../locks/file-lock.js';
import type { PruneReport, StoredArtifact } from './artifact-store.js';
import { allBlobs, statBlob } from './blobs.js';
import { leasedChecksums } from './leases.js';
import { EVICTION_LOCK, type StoreLayout } from './store-layout.js';

/** Runs alone among all processes of the store. */
export async function whileEvicting<T>(
  layout: StoreLayout,
  signal: AbortSignal | undefined,
  job: () => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(layout.lock(EVICTION_LOCK), { what: 'the pruning of the cache', signal });
  try {
    return await job();
  } finally {
    await lock?.release();
  }
}

/** Removes files, the longest unused first, until `maxBytes` are left; never a leased one, nor one used since `youngest`. */
export function evict(
  layout: StoreLayout,
  maxBytes: number,
  options: { readonly signal?: AbortSignal | undefined; readonly youngest?: Date } = {},
): Promise<PruneReport> {
  return whileEvicting(layout, options.signal, async () => {
    // Read while the lock is held: who leases later waits for it.
    const leased = await leasedChecksums(layout);
    const blobs = (await allBlobs(layout)).toSorted((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime());
    let total = blobs.reduce((sum, { size }) => sum + size, 0);
    const removed: StoredArtifact[] = [];
    for (const { path, size, sha256, lastUsed } of blobs) {
      if (total <= maxBytes) break;
      throwIfAborted(options.signal, 'the pruning of the cache');
      if (leased.has(sha256) || (options.youngest !== undefined && lastUsed > options.youngest)) continue;
      // Somebody may have found it since the listing.
      const now = await statBlob(layout, sha256);
      if (now?.lastUsed.getTime() !== lastUsed.getTime()) continue;
      await removeFile(path);
      total -= size;
      removed.push({ path, size, sha256 });
    }
    return { removed, freedBytes: removed.reduce((sum, { size }) => sum + size, 0) };
  });
}
