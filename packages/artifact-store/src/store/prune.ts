import type { PruneReport } from './artifact-store.js';
import { statBlob } from './blobs.js';
import { evict } from './eviction.js';
import { removeLeftovers } from './leftovers.js';
import type { RecordStore } from './record-store.js';
import type { StoreLayout } from './store-layout.js';

/** A registry writes its record before it downloads: a younger record may be about files that are still to come. */
const RECORD_GRACE_MS = 3_600_000;

export async function prune(
  layout: StoreLayout,
  records: RecordStore,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<PruneReport> {
  const { removed, freedBytes } = await evict(layout, maxBytes, { signal });
  const gone = new Set(removed.map(({ sha256 }) => sha256));
  for (const { namespace, key, files, writtenAt } of await records.list()) {
    if (files.length === 0) continue;
    const there = await Promise.all(files.map((sha256) => statBlob(layout, sha256)));
    if (there.some((blob) => blob !== undefined)) continue;
    const isOld = Date.now() - writtenAt.getTime() > RECORD_GRACE_MS;
    if (isOld || files.some((sha256) => gone.has(sha256))) await records.remove(namespace, key);
  }
  return { removed, freedBytes: freedBytes + (await removeLeftovers(layout)) };
}
