import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { readOnnxFile } from '@care/model-manifest';
import type { RepositorySource } from '../describe/repository-source.js';
import type { HubFile } from '../hub/hub-file.js';
import type { HubCache } from './hub-cache.js';

const COMMIT = /^[0-9a-f]{40}$/;

/** What is in the cache of a repository, without asking anybody, and since when. */
export interface Snapshot {
  readonly source: RepositorySource;
  /** When the revision was last asked for; absent for a commit, which never changes. */
  readonly since?: Date;
}

/** The files of a revision that are here: downloaded by CARE or by Python. Undefined when there are none. */
export async function snapshotSource(
  cache: HubCache,
  repo: string,
  revision: string,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  const ref = COMMIT.test(revision) ? { commit: revision } : await cache.readRef(repo, revision);
  if (ref === undefined) return undefined;
  const { commit } = ref;
  const files = await snapshotFiles(cache.layout.snapshot(repo, commit));
  if (files.length === 0) return undefined;
  const pathOf = (file: HubFile): string => cache.layout.pointer(repo, commit, file.path);
  return {
    source: {
      repo,
      commit,
      files,
      bytes: (file) => readFile(pathOf(file)),
      onnx: (file) => readOnnxFile(pathOf(file), signal === undefined ? {} : { signal }),
    },
    ...('at' in ref ? { since: ref.at } : {}),
  };
}

async function snapshotFiles(folder: string): Promise<HubFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries
      .filter(
        (entry) => (entry.isFile() || entry.isSymbolicLink()) && !/\.(?:care|incomplete)$/.test(entry.name),
      )
      .map((entry) => hubFile(folder, join(entry.parentPath, entry.name))),
  );
  return files.filter((file) => file !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The name of the blob that a link leads to is its hash. A file itself, where links cannot be made, has none. */
async function hubFile(folder: string, path: string): Promise<HubFile | undefined> {
  try {
    const { size } = await stat(path);
    const target = await readlink(path).then(basename, () => '');
    const sha256 = /^[0-9a-f]{64}$/.test(target) ? { sha256: target } : {};
    const oid = COMMIT.test(target) ? target : '';
    return { path: relative(folder, path).split(sep).join('/'), size, oid, ...sha256 };
  } catch {
    // A link whose blob has been removed.
    return undefined;
  }
}
