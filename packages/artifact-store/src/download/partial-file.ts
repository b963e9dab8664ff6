import { constants } from 'node:fs';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { removeFile, TEMPORARY_SUFFIX, writeAtomically } from '../files/durable-file.js';
import { bootId } from '../locks/process-identity.js';
import { addFile, RunningChecksums, type Checksums } from './running-checksums.js';

/** What the bytes of a partial file are a part of. */
export interface PartialOrigin {
  /** Where they came from, without secrets. */
  readonly resource: string;
  /** `ETag` (strong) or `Last-Modified`, for `If-Range`. */
  readonly validator?: string;
  readonly totalBytes?: number;
}

/**
 * The file under its temporary name, beside it `<path>.json` with its origin, so that another process can go on. Whoever opens it
 * holds the lock of the download.
 */
export class PartialFile {
  readonly path: string;
  readonly #file: FileHandle;
  #checksums = new RunningChecksums();
  #length = 0;
  #origin: PartialOrigin | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** `verifiable`: a declared checksum will tell in the end whether what is found was right. */
  static async open(path: string, verifiable: boolean, signal?: AbortSignal): Promise<PartialFile> {
    await mkdir(dirname(path), { recursive: true });
    // Reading and writing at any position, the content kept, made when absent: no mode of its own has all of it.
    const partial = new PartialFile(path, await open(path, constants.O_RDWR | constants.O_CREAT, 0o644));
    try {
      await partial.#adopt(verifiable, signal);
    } catch (error) {
      await partial.close();
      throw error;
    }
    return partial;
  }

  get length(): number {
    return this.#length;
  }

  get origin(): PartialOrigin | undefined {
    return this.#origin;
  }

  /** Forgets all bytes; what follows belongs to `origin`. */
  async restart(origin?: PartialOrigin): Promise<void> {
    await this.#file.truncate(0);
    this.#length = 0;
    this.#checksums = new RunningChecksums();
    this.#origin = origin;
    if (origin === undefined) await removeFile(originPath(this.path));
    else await writeAtomically(originPath(this.path), JSON.stringify({ ...origin, boot: bootId() }), 'alone');
  }

  async append(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(
        bytes,
        written,
        bytes.length - written,
        this.#length + written,
      );
      written += bytesWritten;
    }
    this.#checksums.add(bytes);
    this.#length += bytes.length;
  }

  /** Makes the bytes last; no more may follow. */
  async finish(): Promise<Checksums> {
    await this.#file.sync();
    return this.#checksums.finish();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Closed before, as Windows removes no open files. */
  static async remove(path: string): Promise<void> {
    await removeFile(path);
    await PartialFile.forgetOrigin(path);
  }

  static async forgetOrigin(path: string): Promise<void> {
    await removeFile(originPath(path));
    await removeFile(originPath(path) + TEMPORARY_SUFFIX);
  }

  async #adopt(verifiable: boolean, signal: AbortSignal | undefined): Promise<void> {
    const found = await readOrigin(originPath(this.path));
    const { size } = await this.#file.stat();
    // Without a checksum only the same server can say that the rest belongs to these bytes, and after a loss of power not even
    // the bytes themselves are sure.
    const usable = verifiable || (found?.validator !== undefined && found.boot === bootId());
    if (!usable || size === 0) {
      if (size > 0) await this.#file.truncate(0);
      return;
    }
    this.#length = await addFile(this.#checksums, this.path, size, signal);
    this.#origin = found;
  }
}

function originPath(path: string): string {
  return `${path}.json`;
}

async function readOrigin(path: string): Promise<(PartialOrigin & { readonly boot: string }) | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // Absent, or a part of one: then the bytes have no known origin.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('resource' in value) || typeof value.resource !== 'string') return undefined;
  if (!('boot' in value) || typeof value.boot !== 'string') return undefined;
  return {
    resource: value.resource,
    boot: value.boot,
    ...('validator' in value && typeof value.validator === 'string' ? { validator: value.validator } : {}),
    ...('totalBytes' in value && typeof value.totalBytes === 'number'
      ? { totalBytes: value.totalBytes }
      : {}),
  };
}
