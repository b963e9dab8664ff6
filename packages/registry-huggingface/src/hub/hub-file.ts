/** A file of a repository at a commit. */
export interface HubFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-1 of the git blob: of the file itself, or of the pointer that stands for a large one. */
  readonly oid: string;
  /** Lower-case hexadecimal; large files (LFS, Xet) have one. */
  readonly sha256?: string;
}

/** Name of the file's blob in the cache of Python's huggingface_hub: what the Hub gives as its ETag. */
export const etagOf = ({ sha256, oid }: Pick<HubFile, 'sha256' | 'oid'>): string => sha256 ?? oid;
