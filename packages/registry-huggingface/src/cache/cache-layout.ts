import { join, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';
import { etagOf, type HubFile } from '../hub/hub-file.js';

/**
 * Paths of the cache of Python's huggingface_hub (its guide "Manage huggingface_hub cache-system"): for each repository
 * `models--org--name` with `blobs` (contents, named by their ETag), `refs` (the commit of a branch or tag), `snapshots` (the files of a
 * commit, as links to blobs) and `.no_exist` (what a commit does not have).
 */
export class CacheLayout {
  constructor(readonly directory: string) {}

  repository(repo: string): string {
    return join(this.directory, folderName(repo));
  }

  blobs(repo: string): string {
    return join(this.repository(repo), 'blobs');
  }

  blob(repo: string, file: HubFile): string {
    return join(this.blobs(repo), etagOf(file));
  }

  snapshot(repo: string, commit: string): string {
    return join(this.repository(repo), 'snapshots', commit);
  }

  /** Where a file of a commit is found. */
  pointer(repo: string, commit: string, path: string): string {
    return below(this.snapshot(repo, commit), path);
  }

  ref(repo: string, revision: string): string {
    return below(join(this.repository(repo), 'refs'), revision);
  }

  absent(repo: string, commit: string, path: string): string {
    return below(join(this.repository(repo), '.no_exist', commit), path);
  }

  /** Beside Python's own locks, which are of another kind. */
  locks(repo: string): string {
    return join(this.directory, '.locks', folderName(repo));
  }
}

const folderName = (repo: string): string => ['models', ...repo.split('/')].join('--');

/** Names come from the Hub: none may lead out of its folder. */
function below(folder: string, name: string): string {
  const path = resolve(folder, ...name.split('/'));
  const strange = name.includes('\\') || name.includes('\0') || name.split('/').includes('..');
  if (!strange && path.startsWith(folder + sep)) return path;
  throw new CareError(
    'PATH_FORBIDDEN',
    `The name ${JSON.stringify(name)} leads out of the cache of the Hub.`,
    {
      remedy: 'Do not use this repository: its owner may mean harm.',
      details: { name },
    },
  );
}
