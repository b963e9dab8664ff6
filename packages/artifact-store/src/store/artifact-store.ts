import type { Logger } from '@care/registry-core';
import type { HttpClient } from '../http/http-client.js';
import type { DownloadedFile, DownloadOptions, DownloadSource } from '../download/download-source.js';
import type { RecordStore } from './record-store.js';

/** A file of the store: `path`, `size` in bytes, `sha256` in lower-case hex. Its content never changes. */
export type StoredArtifact = DownloadedFile;

export interface ListedArtifact extends StoredArtifact {
  readonly lastUsed: Date;
  /** Keys of the records that name it. */
  readonly records: readonly { readonly namespace: string; readonly key: string }[];
  /** Somebody uses it now: eviction will not take it. */
  readonly leased: boolean;
}

export interface FetchAllOptions extends DownloadOptions {
  /** Files at a time; default 4. */
  readonly concurrency?: number;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly checkedFiles: number; readonly files: number }) => void;
}

export interface VerifyReport {
  readonly checked: number;
  /** Files whose content is not what their name says. */
  readonly corrupt: readonly StoredArtifact[];
  /** How many of them were removed: all that can be. They are downloaded again when they are asked for. */
  readonly removed: number;
}

export interface PruneOptions {
  /** Files are removed, the longest unused first, until no more than this is left; default: the budget of the store. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface PruneReport {
  readonly removed: readonly StoredArtifact[];
  /** Of files and of what was left of downloads that nobody continues. */
  readonly freedBytes: number;
}

export interface ArtifactStoreOptions {
  /** Shared by all processes that name it; see `cacheDirectory`. Made when first needed. */
  readonly directory: string;
  readonly client: HttpClient;
  /** After each download the longest unused files go until this is kept. Default: no bound. */
  readonly maxBytes?: number;
  readonly logger?: Logger;
}

export interface ArtifactStore {
  readonly directory: string;
  readonly records: RecordStore;
  /** Takes the secrets of the client out of a text. */
  readonly redact: (text: string) => string;
  /**
   * A file by its source. With a known sha256 that is there nothing is asked; without one the file is always asked for.
   * @throws CareError as `downloadFile`
   */
  fetch(source: DownloadSource, options?: DownloadOptions): Promise<StoredArtifact>;
  /** In the order of the sources. The first failure ends the others and is thrown. */
  fetchAll(sources: readonly DownloadSource[], options?: FetchAllOptions): Promise<StoredArtifact[]>;
  /** Marks the file as used now. */
  find(sha256: string): Promise<StoredArtifact | undefined>;
  /**
   * Keeps files from eviction until the returned function is called or the process ends, however it ends. Also of files that are
   * still to come: lease, then fetch.
   */
  lease(sha256s: readonly string[]): Promise<() => Promise<void>>;
  list(): Promise<ListedArtifact[]>;
  /** Reads every file and removes those that are damaged. */
  verify(options?: VerifyOptions): Promise<VerifyReport>;
  /** Removes what is over the budget, downloads that nobody continues, and records of which no file is left. */
  prune(options?: PruneOptions): Promise<PruneReport>;
  /** Gives back what this store leased. */
  dispose(): Promise<void>;
}
