import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/**
 * An entry is the optimised model as the engine wrote it, followed by a seal of 72 bytes: the key it is kept under, the
 * SHA-256 of the model, and eight letters. One file, so a rename makes it appear whole.
 */
const MAGIC = Buffer.from('CAREORT1', 'latin1');
const DIGEST_BYTES = 32;
const SEAL_BYTES = 2 * DIGEST_BYTES + MAGIC.length;

export function seal(key: Buffer, model: Uint8Array): Buffer {
  return Buffer.concat([key, sha256(model), MAGIC]);
}

/** The model of an entry, or undefined when its content is not what was sealed under this key. */
export function unseal(key: Buffer, entry: Buffer): Buffer | undefined {
  if (entry.length <= SEAL_BYTES) return undefined;
  const model = entry.subarray(0, -SEAL_BYTES);
  const found = entry.subarray(-SEAL_BYTES);
  if (!found.subarray(-MAGIC.length).equals(MAGIC) || !found.subarray(0, DIGEST_BYTES).equals(key)) {
    return undefined;
  }
  return found.subarray(DIGEST_BYTES, 2 * DIGEST_BYTES).equals(sha256(model)) ? model : undefined;
}

/** What was found where an entry is looked for. */
export type FoundEntry =
  | { readonly state: 'absent' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'intact'; readonly model: Buffer };

/** Reads an entry once and checks those same bytes. */
export function readEntry(file: string, key: Buffer, maxBytes: number): FoundEntry {
  let descriptor: number;
  try {
    // Neither through a link nor waiting at a named pipe. Windows has no such flags: `undefined` counts as 0.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? { state: 'absent' } : { state: 'refused', reason: String(error) };
  }
  try {
    const stats = fstatSync(descriptor);
    const objection = objectionTo(stats, maxBytes);
    if (objection !== undefined) return { state: 'refused', reason: objection };
    const model = unseal(key, readWhole(descriptor, stats.size));
    return model === undefined
      ? { state: 'refused', reason: 'its content is not what was sealed' }
      : { state: 'intact', model };
  } catch (error) {
    return { state: 'refused', reason: String(error) };
  } finally {
    closeSync(descriptor);
  }
}

/** A seal keeps out accidents; whoever may write the file could write a seal as well, so that must be this user alone. */
function objectionTo(stats: Stats, maxBytes: number): string | undefined {
  if (!stats.isFile()) return 'it is no regular file';
  if (stats.size > maxBytes) return `it has ${stats.size} bytes`;
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (stats.uid !== self) return `it belongs to another user (${stats.uid})`;
  return (stats.mode & 0o022) === 0 ? undefined : 'others may write to it';
}

function readWhole(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  let offset = 0;
  while (offset < size) {
    const count = readSync(descriptor, bytes, offset, size - offset, offset);
    if (count === 0) return bytes.subarray(0, offset);
    offset += count;
  }
  return bytes;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
