import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** A file of a commit, on disk. */
export interface ServedFile {
  readonly path: string;
  readonly disk: string;
  readonly size: number;
  /** Git blob of the file, or of its LFS pointer. */
  readonly oid: string;
  /** Large files have one. */
  readonly sha256?: string;
}

export interface ServedCommit {
  readonly sha: string;
  readonly files: readonly ServedFile[];
}

export interface ServedRepository {
  readonly id: string;
  readonly commits: Map<string, ServedCommit>;
  /** Commit by branch or tag. */
  readonly refs: Map<string, string>;
  readonly pipelineTag: string | undefined;
  /** Only these tokens see it. */
  readonly readers: readonly string[] | undefined;
  /** Only these tokens get its files. */
  readonly accepted: readonly string[] | undefined;
}

const sha1 = (content: string | Uint8Array): string => createHash('sha1').update(content).digest('hex');

function gitBlob(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Large as `.gitattributes` of the Hub have it: by the ending. */
const isLarge = (path: string): boolean => /\.(?:onnx|onnx_data(?:_\d+)?|data|bin)$/.test(path);

/** The files of a folder as git and LFS would name them. */
export async function commitOf(folder: string): Promise<ServedCommit> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry): ServedFile => {
      const disk = join(entry.parentPath, entry.name);
      const path = relative(folder, disk);
      const content = readFileSync(disk);
      if (!isLarge(path)) return { path, disk, size: content.length, oid: gitBlob(content) };
      const sha256 = createHash('sha256').update(content).digest('hex');
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
      return { path, disk, size: content.length, oid: gitBlob(Buffer.from(pointer)), sha256 };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { sha: sha1(files.map(({ path, oid }) => `${path} ${oid}`).join('\n')), files };
}

/** Writes files below a folder; objects as JSON. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | object>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const isText = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(target, isText ? content : JSON.stringify(content));
  }
}
