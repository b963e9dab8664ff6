import { open, type FileHandle } from 'node:fs/promises';
import { CareError } from '@care/registry-core';

/** Random access to bytes; no more than what is asked for is read. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer only at the end. Valid until the next call. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  return { size: bytes.length, read };
}

/**
 * Opens a file for `use` and closes it afterwards.
 * @throws CareError `ARTIFACT_MISSING` when it is not there, is no regular file or may not be read
 */
export async function withFileSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const handle = await openFile(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw missing(path, 'is no file');
    let buffer = new Uint8Array(0);
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      if (buffer.length < length) buffer = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    };
    return await use({ size: stat.size, read });
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw missing(path, `cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function missing(path: string, reason: string, cause?: unknown): CareError {
  return new CareError('ARTIFACT_MISSING', `The model file ${path} ${reason}.`, {
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}
