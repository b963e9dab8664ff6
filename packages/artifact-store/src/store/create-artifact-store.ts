import { silentLogger } from '@care/registry-core';
import type { OwnedFile } from '../locks/owned-file.js';
import type { ArtifactStore, ArtifactStoreOptions } from './artifact-store.js';
import { allBlobs, findBlob } from './blobs.js';
import { evict } from './eviction.js';
import { fetchArtifact } from './fetch-artifact.js';
import { leasedChecksums, makeLease } from './leases.js';
import { inParallel } from './parallel.js';
import { prune } from './prune.js';
import { recordFiles } from './record-files.js';
import { requireSha256, storeLayout } from './store-layout.js';
import { verify } from './verify.js';

const DEFAULT_CONCURRENCY = 4;
/** The caller of a download needs a moment to lease what it brought. */
const EVICTION_GRACE_MS = 60_000;

/** A store of verified files in a directory that many processes share; touches nothing before its first use. */
export function createArtifactStore(options: ArtifactStoreOptions): ArtifactStore {
  const { directory, client, maxBytes, logger = silentLogger } = options;
  const layout = storeLayout(directory);
  const records = recordFiles(layout.records, client.redact);
  const leases = new Set<OwnedFile>();

  const keepBudget = async (): Promise<void> => {
    if (maxBytes === undefined) return;
    try {
      const youngest = new Date(Date.now() - EVICTION_GRACE_MS);
      const { removed, freedBytes } = await evict(layout, maxBytes, { youngest });
      if (removed.length > 0)
        logger.info({ files: removed.length, freedBytes }, 'cache kept within its budget');
    } catch (error) {
      // What was asked for is there; the budget is kept at the next download.
      logger.warn({ error: client.redact(String(error)) }, 'cannot keep the cache within its budget');
    }
  };

  return {
    directory,
    records,
    redact: client.redact,
    async fetch(source, fetchOptions = {}) {
      const artifact = await fetchArtifact(client, layout, source, fetchOptions);
      await keepBudget();
      return artifact;
    },
    async fetchAll(sources, { concurrency = DEFAULT_CONCURRENCY, signal, onProgress } = {}) {
      const artifacts = await inParallel(sources, concurrency, signal, (source, either) =>
        fetchArtifact(client, layout, source, {
          signal: either,
          ...(onProgress === undefined ? {} : { onProgress }),
        }),
      );
      await keepBudget();
      return artifacts;
    },
    async find(sha256) {
      return findBlob(layout, requireSha256(sha256));
    },
    async lease(sha256s) {
      const lease = await makeLease(layout, sha256s);
      leases.add(lease);
      return async () => {
        leases.delete(lease);
        await lease.release();
      };
    },
    async list() {
      const [blobs, known, leased] = await Promise.all([
        allBlobs(layout),
        records.list(),
        leasedChecksums(layout),
      ]);
      return blobs.map((blob) => ({
        ...blob,
        leased: leased.has(blob.sha256),
        records: known
          .filter(({ files }) => files.includes(blob.sha256))
          .map(({ namespace, key }) => ({ namespace, key })),
      }));
    },
    verify: (verifyOptions = {}) => verify(layout, verifyOptions),
    prune: ({ maxBytes: wanted = maxBytes ?? Number.POSITIVE_INFINITY, signal } = {}) =>
      prune(layout, records, wanted, signal),
    async dispose() {
      const held = [...leases];
      leases.clear();
      await Promise.all(held.map((lease) => lease.release()));
    },
  };
}
