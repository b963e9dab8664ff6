import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { downloadFile, type DownloadOptions, type HttpClient } from '@care/artifact-store';
import { sha256OfFile } from '@care/model-manifest';
import { CareError, errorMessage } from '@care/registry-core';
import { etagOf, type HubFile } from '../hub/hub-file.js';
import { CacheLayout } from './cache-layout.js';
import { gitBlobId } from './git-blob.js';
import { supportsSymlinks } from './symlinks.js';

/** A file of a repository at a commit. */
export interface CachedFile {
  readonly repo: string;
  readonly commit: string;
  readonly file: HubFile;
}

/** Files in the layout that Python's huggingface_hub has: what either downloads, both find. */
export class HubCache {
  readonly layout: CacheLayout;
  readonly #symlinks: boolean;
  readonly #verified = new Set<string>();
  #supported: Promise<boolean> | undefined;

  constructor({ cacheDir, symlinks }: { readonly cacheDir: string; readonly symlinks: boolean }) {
    this.layout = new CacheLayout(cacheDir);
    this.#symlinks = symlinks;
  }

  /** Path of a file that is here with its stated size; a blob that another commit brought is linked. */
  async find({ repo, commit, file }: CachedFile): Promise<string | undefined> {
    const pointer = this.layout.pointer(repo, commit, file.path);
    if ((await sizeOf(pointer)) === file.size) return pointer;
    if (etagOf(file) === '' || (await sizeOf(this.layout.blob(repo, file))) !== file.size) return undefined;
    if (!(await this.#linksFiles())) return undefined;
    await this.#link({ repo, commit, file });
    return pointer;
  }

  /** As {@link find}, and the content is what it should be; each file is read once in this process. */
  async findIntact(cached: CachedFile, signal?: AbortSignal): Promise<string | undefined> {
    const path = await this.find(cached);
    const { sha256 } = cached.file;
    if (path === undefined || sha256 === undefined) return path;
    const { size, mtimeMs, ino } = await stat(path);
    const mark = [path, size, mtimeMs, ino, sha256].join(' ');
    if (this.#verified.has(mark)) return path;
    if ((await sha256OfFile(path, signal)) !== sha256) return undefined;
    this.#verified.add(mark);
    return path;
  }

  /** Keeps a small file. @throws CareError ARTIFACT_CORRUPT when it is not the one that the Hub lists */
  async keep({ repo, commit, file }: CachedFile, bytes: Uint8Array): Promise<string> {
    const found =
      file.sha256 === undefined ? gitBlobId(bytes) : createHash('sha256').update(bytes).digest('hex');
    if (bytes.length !== file.size || found !== etagOf(file)) throw corrupt(repo, file, bytes.length, found);
    const pointer = this.layout.pointer(repo, commit, file.path);
    const linked = await this.#linksFiles();
    await writeWhole(linked ? this.layout.blob(repo, file) : pointer, bytes);
    if (linked) await this.#link({ repo, commit, file });
    return pointer;
  }

  /** Downloads a large file, verified by its SHA-256, once for all processes. @throws CareError as `downloadFile` */
  async download(
    client: HttpClient,
    { repo, commit, file }: CachedFile & { readonly file: { readonly sha256: string } & HubFile },
    request: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    options: DownloadOptions,
  ): Promise<string> {
    const pointer = this.layout.pointer(repo, commit, file.path);
    const linked = await this.#linksFiles();
    const destination = linked ? this.layout.blob(repo, file) : pointer;
    const locks = this.layout.locks(repo);
    await Promise.all([locks, this.layout.blobs(repo), dirname(pointer)].map(makeFolder));
    const { url, headers } = request;
    const { path: name, size, sha256 } = file;
    await downloadFile(
      client,
      // Asked anew leads to a fresh signature at the CDN.
      { name, url: () => Promise.resolve(url), headers, size, sha256 },
      {
        ...options,
        destination,
        partialPath: join(this.layout.blobs(repo), `${sha256}.care.incomplete`),
        lockPath: join(locks, `${sha256}.care`),
      },
    );
    if (linked) await this.#link({ repo, commit, file });
    return pointer;
  }

  /** The commit that a branch or tag had when it was last asked for, and when that was. */
  async readRef(repo: string, revision: string): Promise<{ commit: string; at: Date } | undefined> {
    const path = this.layout.ref(repo, revision);
    try {
      const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
      const commit = text.trim();
      return /^[0-9a-f]{40}$/.test(commit) ? { commit, at: mtime } : undefined;
    } catch {
      // Never asked for.
      return undefined;
    }
  }

  async writeRef(repo: string, revision: string, commit: string): Promise<void> {
    if (revision === commit) return;
    const known = await this.readRef(repo, revision);
    if (known?.commit !== commit) await writeWhole(this.layout.ref(repo, revision), Buffer.from(commit));
  }

  /** Notes that a commit does not have a file, so that Python need not ask for it. */
  async writeAbsent(repo: string, commit: string, path: string): Promise<void> {
    const marker = this.layout.absent(repo, commit, path);
    await mkdir(dirname(marker), { recursive: true });
    await writeFile(marker, '', { flag: 'a' });
  }

  #linksFiles(): Promise<boolean> {
    if (!this.#symlinks) return Promise.resolve(false);
    return (this.#supported ??= supportsSymlinks(this.layout.directory));
  }

  /** A relative link, so that the cache can be moved. Made beside and renamed: a link that is there is replaced at once. */
  async #link({ repo, commit, file }: CachedFile): Promise<void> {
    const pointer = this.layout.pointer(repo, commit, file.path);
    const folder = dirname(pointer);
    const temporary = join(folder, `.${randomUUID().slice(0, 8)}.care`);
    try {
      await mkdir(folder, { recursive: true });
      await symlink(relative(folder, this.layout.blob(repo, file)), temporary);
      await rename(temporary, pointer);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new CareError(
        'OUTPUT_FAILED',
        `The cache entry ${pointer} cannot be made: ${errorMessage(cause)}`,
        {
          details: { path: pointer },
          cause,
        },
      );
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new CareError(
      'OUTPUT_FAILED',
      `The folder ${path} of the cache cannot be made: ${errorMessage(cause)}`,
      {
        remedy: 'Let HF_HUB_CACHE (or the option cacheDir) name a folder that can be written to.',
        details: { path },
        cause,
      },
    );
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    // Not there, or a link whose target is gone.
    return undefined;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID().slice(0, 8)}.incomplete`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new CareError(
      'OUTPUT_FAILED',
      `The cache entry ${path} cannot be written: ${errorMessage(cause)}`,
      {
        details: { path },
        cause,
      },
    );
  }
}

function corrupt(repo: string, file: HubFile, size: number, found: string): CareError {
  return new CareError(
    'ARTIFACT_CORRUPT',
    `${file.path} of ${repo} came with ${size} bytes and the hash ${found}; the Hub lists ${file.size} bytes and ${etagOf(file)}.`,
    {
      remedy: 'Try again; a proxy between here and the Hub may have changed it.',
      details: { repo, path: file.path },
    },
  );
}
