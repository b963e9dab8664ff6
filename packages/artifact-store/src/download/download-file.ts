import { stat } from 'node:fs/promises';
import { CareError } from '@care/registry-core';
import type { HttpClient } from '../http/http-client.js';
import { moveIntoPlace } from '../files/durable-file.js';
import { storageFailure } from '../files/storage-failure.js';
import { acquireLock } from '../locks/file-lock.js';
import type { DownloadedFile, DownloadOptions, DownloadSource } from './download-source.js';
import { PartialFile } from './partial-file.js';
import { ProgressMeter } from './progress-meter.js';
import { receiveFile } from './receive-file.js';
import { hashFile } from './running-checksums.js';

export interface DownloadFileOptions extends DownloadOptions {
  readonly destination: string;
  /** The temporary name, on the same file system; default `<destination>.partial`. */
  readonly partialPath?: string;
  /** Processes that name the same one download one after the other; default `<destination>`. Files beside it begin with it. */
  readonly lockPath?: string;
}

/**
 * Brings a file to `destination`, where nothing is visible before it is whole and verified. One process downloads, others that
 * want the same wait for it and take what it brought. A file that is there already is kept when a declared checksum says
 * that it is right, and replaced otherwise.
 *
 * @throws CareError `OFFLINE`, `ABORTED`, `UNAUTHORIZED` (401, 403), `ARTIFACT_MISSING` (404, 410), `ARTIFACT_CORRUPT` (not what is
 * declared), `STORAGE_FULL`, `OUTPUT_FAILED`, `DOWNLOAD_FAILED` (all else; `details.status` when the server answered)
 */
export async function downloadFile(
  client: HttpClient,
  wanted: DownloadSource,
  options: DownloadFileOptions,
): Promise<DownloadedFile> {
  const source = { ...wanted, name: client.redact(wanted.name) };
  const { destination, partialPath = `${destination}.partial`, lockPath = destination, signal } = options;
  const meter = new ProgressMeter(source.name, options.onProgress);
  const there = await declaredFile(destination, source, 'must-be-declared', signal);
  if (there !== undefined) {
    meter.finish(there.size);
    return there;
  }
  refuseOffline(client, source.name);
  for (;;) {
    const before = await fileMark(destination);
    const hasArrived = async () => {
      const now = await fileMark(destination);
      return now !== undefined && now !== before;
    };
    const lock = await acquireLock(lockPath, {
      what: `the download of ${source.name}`,
      signal,
      whileWaiting: async () => {
        await tellProgressOfOther(partialPath, source, meter);
        return hasArrived();
      },
    });
    try {
      const brought = (await hasArrived())
        ? await declaredFile(destination, source, 'any', signal)
        : undefined;
      if (brought !== undefined) {
        meter.finish(brought.size);
        return brought;
      }
      // What arrived while waiting is another file: wait again, for this one.
      if (lock === undefined) continue;
      const { size, sha256 } = await receiveFile(client, source, partialPath, meter, signal);
      // Taken for dead, as after a long sleep of the machine: somebody else downloads now.
      if (!(await lock.stillThere())) continue;
      await keepVerified(partialPath, destination);
      return { path: destination, size, sha256 };
    } finally {
      await lock?.release();
    }
  }
}

/** Makes a verified partial file visible under its final name. */
export async function keepVerified(partialPath: string, destination: string): Promise<void> {
  try {
    // First, so that nothing is left of it when the process ends here; whole files need no origin to be continued.
    await PartialFile.forgetOrigin(partialPath);
    await moveIntoPlace(partialPath, destination);
  } catch (error) {
    throw storageFailure(error, destination);
  }
}

export function refuseOffline(client: HttpClient, name: string): void {
  if (!client.settings.offline) return;
  throw new CareError('OFFLINE', `${name} is not in the cache, and the host is offline`, {
    details: { name },
  });
}

/** Progress of a download that another process does, as far as its partial file shows it. */
export async function tellProgressOfOther(
  partialPath: string,
  source: DownloadSource,
  meter: ProgressMeter,
): Promise<void> {
  meter.expect(source.size);
  const { size } = await stat(partialPath).catch(() => ({ size: undefined }));
  if (size !== undefined) meter.move(size);
}

/** Changes when the file is replaced. */
async function fileMark(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    // Not there.
    return undefined;
  }
}

/** The file when it is there and what the source declares; without a declared checksum only `any` takes it. */
async function declaredFile(
  path: string,
  source: DownloadSource,
  otherwise: 'any' | 'must-be-declared',
  signal: AbortSignal | undefined,
): Promise<DownloadedFile | undefined> {
  if (source.sha256 === undefined && source.md5 === undefined && otherwise === 'must-be-declared')
    return undefined;
  if ((await fileMark(path)) === undefined) return undefined;
  const { size, sha256, md5 } = await hashFile(path, signal).catch((error: unknown) => {
    throw storageFailure(error, path, 'read');
  });
  if (source.size !== undefined && source.size !== size) return undefined;
  if (source.sha256 !== undefined && source.sha256.toLowerCase() !== sha256) return undefined;
  if (source.md5 !== undefined && source.md5.toLowerCase() !== md5) return undefined;
  return { path, size, sha256 };
}
