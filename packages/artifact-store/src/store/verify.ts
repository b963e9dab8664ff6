import { hashFile } from '../download/running-checksums.js';
import { removeFile } from '../files/durable-file.js';
import type { StoredArtifact, VerifyOptions, VerifyReport } from './artifact-store.js';
import { allBlobs } from './blobs.js';
import { whileEvicting } from './eviction.js';
import type { StoreLayout } from './store-layout.js';

/**
 * Reads every file. A damaged one is removed even when it is leased: who has it open keeps it, who opens it next must not get it.
 */
export async function verify(
  layout: StoreLayout,
  { signal, onProgress }: VerifyOptions,
): Promise<VerifyReport> {
  const blobs = await allBlobs(layout);
  const corrupt: StoredArtifact[] = [];
  let checked = 0;
  for (const { path, size, sha256 } of blobs) {
    onProgress?.({ checkedFiles: checked, files: blobs.length });
    const found = await hashFile(path, signal).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      // Removed meanwhile, or not readable; the latter counts as damaged.
      return { sha256: 'unreadable' };
    });
    if (found.sha256 !== sha256) corrupt.push({ path, size, sha256 });
    checked += 1;
  }
  onProgress?.({ checkedFiles: checked, files: blobs.length });
  const removed = await whileEvicting(layout, signal, async () => {
    for (const { path } of corrupt) await removeFile(path);
    return corrupt.length;
  });
  return { checked, corrupt, removed };
}
