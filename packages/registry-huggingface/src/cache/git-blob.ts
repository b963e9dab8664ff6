import { createHash } from 'node:crypto';

/** The name that git gives a file: SHA-1 of `blob <size>\0` and the content. */
export function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
