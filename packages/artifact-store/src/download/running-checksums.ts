import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../abort.js';

export interface Checksums {
  readonly sha256: string;
  readonly md5: string;
}

/** Checksums of bytes as they come. md5 costs little beside the network and is often learned only with the answer. */
export class RunningChecksums {
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');

  add(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#md5.update(bytes);
  }

  finish(): Checksums {
    return { sha256: this.#sha256.digest('hex'), md5: this.#md5.digest('hex') };
  }
}

/** Adds the first `length` bytes of a file; returns how many there were. */
export async function addFile(
  checksums: RunningChecksums,
  path: string,
  length: number,
  signal?: AbortSignal,
): Promise<number> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    let done = 0;
    while (done < length) {
      throwIfAborted(signal, `reading ${path}`);
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - done), done);
      if (bytesRead === 0) break;
      checksums.add(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
    return done;
  } finally {
    await file.close();
  }
}

/** Checksums and size of a file. */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<Checksums & { readonly size: number }> {
  const checksums = new RunningChecksums();
  const size = await addFile(checksums, path, Number.MAX_SAFE_INTEGER, signal);
  return { ...checksums.finish(), size };
}
