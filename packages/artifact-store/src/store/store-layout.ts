import { join } from 'node:path';
import { CareError } from '@care/registry-core';

const SHA256 = /^[0-9a-f]{64}$/;

/** Where what lies: `blobs/sha256/<2>/<64 hex>`, `partial/`, `locks/`, `leases/`, `sources/`, `records/`. */
export interface StoreLayout {
  readonly blobs: string;
  readonly partials: string;
  readonly locks: string;
  readonly leases: string;
  readonly records: string;
  readonly sources: string;
  blob(sha256: string): string;
  partial(key: string): string;
  lock(key: string): string;
  /** What a download without a known checksum turned out to be. */
  source(key: string): string;
}

/** Held while files are removed. */
export const EVICTION_LOCK = 'eviction';

export function storeLayout(directory: string): StoreLayout {
  const blobs = join(directory, 'blobs', 'sha256');
  return {
    blobs,
    partials: join(directory, 'partial'),
    locks: join(directory, 'locks'),
    leases: join(directory, 'leases'),
    records: join(directory, 'records'),
    sources: join(directory, 'sources'),
    blob: (sha256) => join(blobs, sha256.slice(0, 2), sha256),
    partial: (key) => join(directory, 'partial', key),
    lock: (key) => join(directory, 'locks', key),
    source: (key) => join(directory, 'sources', `${key}.json`),
  };
}

export function isSha256(text: string): boolean {
  return SHA256.test(text);
}

/** The checksum as file names have it; a path is never made of anything else. */
export function requireSha256(text: string): string {
  const sha256 = text.toLowerCase();
  if (isSha256(sha256)) return sha256;
  throw new CareError('OPTIONS_INVALID', `"${text.slice(0, 80)}" is no sha256 in hex`, {
    remedy: 'Give the 64 hexadecimal digits of the sha256.',
  });
}
