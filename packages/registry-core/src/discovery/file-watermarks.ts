import fs from 'node:fs';

/**
 * Tells whether files and folders are as they were when they were looked at: by identity, size and times, never by
 * content. A folder's times change when an entry is added, replaced or removed. Times are coarse (up to 2 s on some
 * file systems), so what was changed just before it was looked at could change again unseen, and is not trusted.
 */
export class FileWatermarks {
  readonly #marks = new Map<string, string>();
  #settled = true;

  /** Remembers the file as it is now, also when it does not exist. */
  add(file: string): void {
    if (this.#marks.has(file)) return;
    const { text, changedMs } = mark(file);
    this.#marks.set(file, text);
    if (Date.now() - changedMs < COARSEST_CLOCK_MS) this.#settled = false;
  }

  get unchanged(): boolean {
    if (!this.#settled) return false;
    for (const [file, before] of this.#marks) if (mark(file).text !== before) return false;
    return true;
  }
}

const COARSEST_CLOCK_MS = 2000;

function mark(file: string): { readonly text: string; readonly changedMs: number } {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return { text: 'absent', changedMs: 0 };
    const { ino, size, mtimeMs, ctimeMs } = stat;
    return { text: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedMs: Math.max(mtimeMs, ctimeMs) };
  } catch {
    return { text: 'unreadable', changedMs: 0 }; // e.g. a file where a folder was: it marks that as well as a time does
  }
}
