import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';
import { hasImageExtension } from '../image/image-extensions.js';

/** What lies at a path; undefined when there is nothing. */
export async function kindOfPath(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return (await kindOfPath(path)) === 'folder';
}

/** @throws CareError INPUT_INVALID naming the file */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CareError('INPUT_INVALID', `${file} cannot be read: ${reasonOf(cause)}`, {
      details: { file },
      cause,
    });
  }
}

/** Files below a folder for which `wanted` holds, as paths relative to it with `/`, sorted. Links to folders are not followed. */
export async function filesBelow(folder: string, wanted: (path: string) => boolean): Promise<string[]> {
  const found: string[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await entriesOf(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else if (wanted(path) && (entry.isFile() || (await kindOfPath(join(folder, path))) === 'file')) {
        found.push(path);
      }
    }
  };
  await visit('');
  return found.sort();
}

export function imagesBelow(folder: string): Promise<string[]> {
  return filesBelow(folder, hasImageExtension);
}

/** Names of the folders in a folder, sorted. */
export async function foldersIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const linked = entry.isSymbolicLink() && (await isFolder(join(folder, entry.name)));
    if (entry.isDirectory() || linked) names.push(entry.name);
  }
  return names.sort();
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new CareError('INPUT_INVALID', `${folder} cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * A file that a data set names, below its folder.
 * @throws CareError PATH_FORBIDDEN when it lies outside
 */
export function pathBelow(folder: string, file: string): string {
  const path = resolve(folder, file);
  const inside = relative(resolve(folder), path);
  if (inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) {
    return join(folder, inside);
  }
  throw new CareError('PATH_FORBIDDEN', `${JSON.stringify(file)} is not below ${folder}`, {
    remedy: 'A data set may only name pictures below its own folder.',
  });
}

/** Runs `work` over many files, some at a time: all at once would need too many open files. */
export async function forEachFile<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += FILES_AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(at, at + FILES_AT_A_TIME).map(work))));
  }
  return results;
}

const FILES_AT_A_TIME = 64;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
