import { readdir } from 'node:fs/promises';
import { errorCode } from '../secrets/clean-cause.js';
import { storageFailure } from './storage-failure.js';

/** Names in a directory, sorted; none when it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw storageFailure(error, directory, 'read');
  }
}
