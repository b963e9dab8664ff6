import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from '@care/model-manifest';

const MAX_BYTES = 16 * 1024 * 1024;

/** A folder of the cache and the cache itself: links may lead elsewhere in it (blobs are shared), but not out of it. */
export interface CacheFolder {
  readonly root: string;
  readonly folder: string;
}

/** Real path of a file that is there and inside the cache. */
export async function cachedFile({ root, folder }: CacheFolder, name: string): Promise<string | undefined> {
  const [real, realRoot] = await Promise.all([realOf(join(folder, name)), realOf(root)]);
  return real !== undefined && realRoot !== undefined && isInside(realRoot, real) ? real : undefined;
}

/** Content of a small file; undefined when it is not there or cannot be read, as with every other miss of a cache. */
export async function cachedText(folder: CacheFolder, name: string): Promise<Buffer | undefined> {
  const path = await cachedFile(folder, name);
  if (path === undefined) return undefined;
  try {
    const bytes = await readFile(path);
    return bytes.length > MAX_BYTES ? undefined : bytes;
  } catch {
    return undefined; // another process may clear the cache at any time
  }
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined; // not there
  }
}
