import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { CareError } from '@care/registry-core';
import { checkBytes } from './image-limits.js';
import type { ImageLimits } from './image-source.js';

/**
 * Reads an image file, refusing what is not a regular file (a pipe or device could block for ever) and what is too big.
 * @throws CareError INPUT_INVALID (absent, no permission, not a file), IMAGE_TOO_LARGE
 */
export async function readImageFile(path: string, limits: ImageLimits): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    if (!(await stat(path)).isFile()) throw notReadable(path, 'is not a file');
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    checkBytes(size, limits, path);
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await handle.read(bytes, length, size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    throw asInputError(error, path);
  } finally {
    await handle?.close();
  }
}

function asInputError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return notReadable(path, 'does not exist', error);
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return notReadable(path, 'may not be read (no permission)', error);
  if ('syscall' in error) return notReadable(path, `cannot be read: ${error.message}`, error);
  return error;
}

function notReadable(path: string, what: string, cause?: unknown): CareError {
  return new CareError('INPUT_INVALID', `image ${path} ${what}`, {
    remedy: 'Give the path of an image file that exists and may be read.',
    details: { path },
    cause,
  });
}
