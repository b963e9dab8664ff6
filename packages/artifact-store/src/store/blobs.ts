import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../files/names-in.js';
import { storageFailure } from '../files/storage-failure.js';
import { errorCode } from '../secrets/clean-cause.js';
import type { StoredArtifact } from './artifact-store.js';
import { isSha256, type StoreLayout } from './store-layout.js';

export interface Blob extends StoredArtifact {
  readonly lastUsed: Date;
}

export async function statBlob(layout: StoreLayout, sha256: string): Promise<Blob | undefined> {
  const path = layout.blob(sha256);
  try {
    const found = await stat(path);
    return found.isFile() ? { path, sha256, size: found.size, lastUsed: found.mtime } : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw storageFailure(error, path, 'read');
  }
}

/** The modification time of a blob, whose content never changes, is when it was last used. */
export async function findBlob(layout: StoreLayout, sha256: string): Promise<StoredArtifact | undefined> {
  const blob = await statBlob(layout, sha256);
  if (blob === undefined) return undefined;
  const now = new Date();
  // A cache of somebody else, or read-only, may be read all the same.
  await utimes(blob.path, now, now).catch(() => undefined);
  return { path: blob.path, size: blob.size, sha256 };
}

export async function allBlobs(layout: StoreLayout): Promise<Blob[]> {
  const names = (
    await Promise.all((await namesIn(layout.blobs)).map((two) => namesIn(join(layout.blobs, two))))
  ).flat();
  const blobs = await Promise.all(names.filter(isSha256).map((sha256) => statBlob(layout, sha256)));
  return blobs.filter((blob) => blob !== undefined);
}
