import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFile, TEMPORARY_SUFFIX } from '../files/durable-file.js';
import { namesIn } from '../files/names-in.js';
import { acquireLock, removeDeadLocks } from '../locks/file-lock.js';
import { statBlob } from './blobs.js';
import { readOutcome } from './source-outcome.js';
import type { StoreLayout } from './store-layout.js';

/** Nobody needs longer to write a small document. */
const TEMPORARY_GRACE_MS = 600_000;

/** Removes what killed processes left: parts of downloads, locks, half-written documents. Returns the bytes of the parts. */
export async function removeLeftovers(layout: StoreLayout): Promise<number> {
  const freed = await removePartials(layout);
  await removeDeadLocks(layout.locks);
  for (const directory of [layout.leases, layout.sources, layout.records]) await removeTemporaries(directory);
  for (const name of await namesIn(layout.sources)) {
    const outcome = await readOutcome(join(layout.sources, name));
    const blob = outcome === undefined ? undefined : await statBlob(layout, outcome.sha256);
    if (outcome !== undefined && blob === undefined) await removeFile(join(layout.sources, name));
  }
  return freed;
}

async function removePartials(layout: StoreLayout): Promise<number> {
  let freed = 0;
  for (const name of await namesIn(layout.partials)) {
    const [key = ''] = name.split('.');
    // Held while its part is removed: else a download could begin that moment, upon a file that goes away.
    const lock = await acquireLock(layout.lock(key), {
      what: 'the pruning of the cache',
      whileWaiting: () => Promise.resolve(true),
    });
    if (lock === undefined) continue;
    try {
      const path = join(layout.partials, name);
      freed += await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
      await removeFile(path);
    } finally {
      await lock.release();
    }
  }
  return freed;
}

async function removeTemporaries(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(TEMPORARY_SUFFIX))) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > TEMPORARY_GRACE_MS) await removeFile(path);
  }
}
