import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sha256Of } from '../file-server.fixture.js';

/** All files of a store, by their paths below it. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)));
}

/** The checksums of all files that are visible in a store; throws when one is not what its name says. */
export function visibleFiles(directory: string): string[] {
  const blobs = join(directory, 'blobs');
  const files = readdirSyncIfThere(blobs);
  return files.map(({ parentPath, name }) => {
    const found = sha256Of(readFileSync(join(parentPath, name)));
    if (found !== name) throw new Error(`${join(parentPath, name)} holds ${found}`);
    return name;
  });
}

function readdirSyncIfThere(directory: string) {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  } catch {
    // No download has ended yet.
    return [];
  }
}
