import { keepVerified, refuseOffline, tellProgressOfOther } from '../download/download-file.js';
import type { DownloadOptions, DownloadSource } from '../download/download-source.js';
import { PartialFile } from '../download/partial-file.js';
import { ProgressMeter } from '../download/progress-meter.js';
import { receiveFile } from '../download/receive-file.js';
import type { HttpClient } from '../http/http-client.js';
import { acquireLock } from '../locks/file-lock.js';
import type { StoredArtifact } from './artifact-store.js';
import { findBlob } from './blobs.js';
import { sourceKey } from './source-key.js';
import { readOutcome, writeOutcome } from './source-outcome.js';
import { requireSha256, type StoreLayout } from './store-layout.js';

/** Finds or downloads one file; many processes that want the same download it once. */
export async function fetchArtifact(
  client: HttpClient,
  layout: StoreLayout,
  wanted: DownloadSource,
  options: DownloadOptions,
): Promise<StoredArtifact> {
  const { signal } = options;
  const name = client.redact(wanted.name);
  const meter = new ProgressMeter(name, options.onProgress);
  const known = wanted.sha256 === undefined ? undefined : requireSha256(wanted.sha256);
  if (known === undefined) refuseOffline(client, name);
  const { key, source } = await identified({ ...wanted, name });
  const partialPath = layout.partial(key);
  const before = known === undefined ? await readOutcome(layout.source(key)) : undefined;

  /** What is there, or was brought by another since this call began. */
  const arrived = async (): Promise<StoredArtifact | undefined> => {
    if (known !== undefined) return findBlob(layout, known);
    const outcome = await readOutcome(layout.source(key));
    return outcome === undefined || outcome.nonce === before?.nonce
      ? undefined
      : findBlob(layout, outcome.sha256);
  };
  const found = await arrived();
  if (found !== undefined) {
    meter.finish(found.size);
    return found;
  }
  refuseOffline(client, name);
  for (;;) {
    const lock = await acquireLock(layout.lock(key), {
      what: `the download of ${source.name}`,
      signal,
      whileWaiting: async () => {
        await tellProgressOfOther(partialPath, source, meter);
        return (await arrived()) !== undefined;
      },
    });
    try {
      const brought = await arrived();
      if (brought !== undefined) {
        meter.finish(brought.size);
        return brought;
      }
      if (lock === undefined) continue;
      const { size, sha256 } = await receiveFile(client, source, partialPath, meter, signal);
      // Taken for dead, as after a long sleep of the machine: somebody else downloads now.
      if (!(await lock.stillThere())) continue;
      // One that is there already may be in use, and Windows replaces no open files.
      if ((await findBlob(layout, sha256)) === undefined)
        await keepVerified(partialPath, layout.blob(sha256));
      else await PartialFile.remove(partialPath);
      if (known === undefined) await writeOutcome(layout.source(key), sha256);
      return { path: layout.blob(sha256), size, sha256 };
    } finally {
      await lock?.release();
    }
  }
}

/**
 * The source with its key. Without a checksum the address tells which file is meant, so one that is made on demand is made now, and used
 * when the download begins.
 */
async function identified(
  source: DownloadSource,
): Promise<{ readonly key: string; readonly source: DownloadSource }> {
  if (source.sha256 !== undefined) return { key: requireSha256(source.sha256), source };
  const { url } = source;
  if (typeof url === 'string') return { key: sourceKey(source, url), source };
  const first = await url({ expired: false });
  return {
    key: sourceKey(source, first),
    source: { ...source, url: (attempt) => (attempt.expired ? url(attempt) : Promise.resolve(first)) },
  };
}
