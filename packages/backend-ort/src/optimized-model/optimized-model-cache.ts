import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { readEntry, seal, type FoundEntry } from './cache-entry.js';

/** Models beyond this are not kept: a protobuf message ends at 2 GiB, and the engine writes one. */
export const LARGEST_MODEL_BYTES = 2 ** 30;
const MOST_ENTRIES = 256;
const ENTRY_NAME = /^[0-9a-f]{64}\.onnx$/;
const UNFINISHED_PREFIX = 'writing-';
/** A folder of a writer that died; no engine takes that long to write a file. */
const ABANDONED_MS = 60 * 60 * 1000;

/** A private place where the engine writes an optimised model, before it becomes an entry. */
export interface UnfinishedEntry {
  readonly folder: string;
  readonly file: string;
}

/**
 * Optimised models on disk, shared by all workers and processes of a user. No locks: an entry is written aside and renamed
 * into place, so readers find a whole one or none, and of two writers of the same key the later wins with the same content.
 */
export class OptimizedModelCache {
  readonly directory: string;
  readonly #maxBytes: number;

  constructor(directory: string, maxBytes: number) {
    this.directory = directory;
    this.#maxBytes = maxBytes;
  }

  find(key: Buffer): FoundEntry {
    const file = this.#fileOf(key);
    const found = readEntry(file, key, Math.min(this.#maxBytes, 2 * LARGEST_MODEL_BYTES));
    if (found.state === 'intact') {
      const now = new Date();
      attempt(() => utimesSync(file, now, now)); // last used
    }
    return found;
  }

  /** @throws Error of the file system */
  begin(): UnfinishedEntry {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(this.directory, UNFINISHED_PREFIX)); // for this user alone
    return { folder, file: join(folder, 'model.onnx') };
  }

  /** Seals what the engine wrote and puts it in place. @throws Error of the file system */
  finish({ file }: UnfinishedEntry, key: Buffer): void {
    appendFileSync(file, seal(key, readFileSync(file)));
    chmodSync(file, 0o600);
    const place = this.#fileOf(key);
    try {
      renameSync(file, place);
    } catch {
      rmSync(place, { recursive: true, force: true }); // a folder, or a file that somebody on Windows has open
      renameSync(file, place);
    }
    this.#prune();
  }

  abandon({ folder }: UnfinishedEntry): void {
    attempt(() => rmSync(folder, { recursive: true, force: true }));
  }

  remove(key: Buffer): void {
    attempt(() => rmSync(this.#fileOf(key), { recursive: true, force: true }));
  }

  #fileOf(key: Buffer): string {
    return join(this.directory, `${key.toString('hex')}.onnx`);
  }

  /** Removes the least recently used entries beyond the limits, and what dead writers left. */
  #prune(): void {
    const entries: { file: string; size: number; used: number }[] = [];
    for (const name of readdirSync(this.directory)) {
      const file = join(this.directory, name);
      attempt(() => {
        const { size, mtimeMs } = statSync(file);
        if (ENTRY_NAME.test(name)) entries.push({ file, size, used: mtimeMs });
        else if (name.startsWith(UNFINISHED_PREFIX) && Date.now() - mtimeMs > ABANDONED_MS) {
          rmSync(file, { recursive: true, force: true });
        }
      });
    }
    let kept = 0;
    let bytes = 0;
    for (const { file, size } of entries.toSorted((left, right) => right.used - left.used)) {
      kept += 1;
      bytes += size;
      if (kept > MOST_ENTRIES || bytes > this.#maxBytes) attempt(() => rmSync(file, { force: true }));
    }
  }
}

/** Another process may have removed the file, or holds it open: nothing depends on it. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
}
