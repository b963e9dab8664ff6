import { stat } from 'node:fs/promises';

/** Tells whether a file may have changed without reading it. */
export interface FileSignature {
  /** Device, inode, size, times of the content and of the entry. A restored older file differs in the last. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970 of the last change of content or entry. */
  readonly changedAt: number;
}

/** File systems keep times as coarse as 2 s (FAT): a file that was read sooner after its change may change again unseen. */
const COARSEST_CLOCK_MS = 2000;

/** Rejects as `fs.stat` does. */
export async function fileSignature(path: string): Promise<FileSignature> {
  const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = await stat(path, { bigint: true });
  return {
    key: [dev, ino, size, mtimeNs, ctimeNs].join(':'),
    size: Number(size),
    changedAt: Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs),
  };
}

/** What was read from files, kept as long as their signatures stay the same. */
export class SignatureCache<Value> {
  private readonly entries = new Map<
    string,
    { readonly key: string; readonly readAt: number; readonly value: Value }
  >();

  constructor(private readonly limit: number) {}

  get(path: string, signature: FileSignature): Value | undefined {
    const entry = this.entries.get(path);
    if (entry?.key !== signature.key) return undefined;
    return Math.abs(entry.readAt - signature.changedAt) > COARSEST_CLOCK_MS ? entry.value : undefined;
  }

  /** `readAt`: milliseconds since 1970, taken before the file was read. */
  set(path: string, signature: FileSignature, readAt: number, value: Value): void {
    this.entries.delete(path);
    this.entries.set(path, { key: signature.key, readAt, value });
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.limit && oldest !== undefined) this.entries.delete(oldest);
  }
}
