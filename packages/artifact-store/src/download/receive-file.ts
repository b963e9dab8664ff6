import { isCareError } from '@care/registry-core';
import type { HttpClient } from '../http/http-client.js';
import { storageFailure } from '../files/storage-failure.js';
import type { DownloadSource } from './download-source.js';
import { PartialFile } from './partial-file.js';
import type { ProgressMeter } from './progress-meter.js';
import { Transfer, type Received } from './transfer.js';

/**
 * Leaves the whole, verified and synced file under its temporary name. The caller holds the lock. After a failure the partial
 * file stays for the next call, but for a disk that it has filled: then its room is given back.
 */
export async function receiveFile(
  client: HttpClient,
  source: DownloadSource,
  partialPath: string,
  meter: ProgressMeter,
  signal?: AbortSignal,
): Promise<Received> {
  const verifiable = source.sha256 !== undefined || source.md5 !== undefined;
  let partial: PartialFile;
  try {
    partial = await PartialFile.open(partialPath, verifiable, signal);
  } catch (error) {
    throw storageFailure(error, partialPath);
  }
  try {
    return await new Transfer(client, source, partial, meter, signal).run();
  } catch (error) {
    const hasFilledTheDisk = isCareError(error, 'STORAGE_FULL') && error.details.freeBytes === undefined;
    if (hasFilledTheDisk || partial.length === 0) {
      await partial.close();
      await PartialFile.remove(partialPath);
    }
    throw error;
  } finally {
    await partial.close();
  }
}
