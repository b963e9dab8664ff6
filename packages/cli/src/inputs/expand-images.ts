import { stat, readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';
import { glob, isDynamicPattern } from 'tinyglobby';
import { hasImageExtension, IMAGE_EXTENSIONS } from './image-extensions.js';
import { naturalOrder } from './natural-order.js';

export interface ExpandOptions {
  readonly cwd: string;
  /** Look into folders below a directory as well; default false. */
  readonly recursive?: boolean;
  /** A directory whose files are never taken as input (where the annotated pictures go). */
  readonly exclude?: string;
  readonly signal?: AbortSignal;
}

/**
 * Pictures named by paths, directories and globs, in the order of the arguments; inside a directory or glob in natural
 * order. Paths are as given, or the given directory with what was found in it. A picture named twice is taken once.
 * @throws CareError OPTIONS_INVALID for an argument that matches nothing
 */
export async function expandImages(inputs: readonly string[], options: ExpandOptions): Promise<string[]> {
  const found = new Map<string, string>();
  for (const input of inputs) {
    options.signal?.throwIfAborted();
    for (const path of await expand(input, options)) {
      const absolute = resolve(options.cwd, path);
      if (!found.has(absolute)) found.set(absolute, path);
    }
  }
  return [...found.values()];
}

async function expand(input: string, options: ExpandOptions): Promise<string[]> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(input)) {
    throw unusable(
      input,
      'is an address',
      'Pictures are never fetched from a network: download it, then name the file.',
    );
  }
  const kind = await kindOf(resolve(options.cwd, input));
  if (kind === 'file') return [input];
  if (kind === 'directory') return inDirectory(input, options);
  const pattern = process.platform === 'win32' ? input.replaceAll('\\', '/') : input;
  if (!isDynamicPattern(pattern)) {
    throw unusable(input, 'does not exist', `Check the path; it is looked for from ${options.cwd}.`);
  }
  return matching(input, pattern, options);
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // ENOENT and ENOTDIR mean absent; Windows answers EINVAL or ENOENT for the characters of a glob.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EINVAL' || code === 'ENAMETOOLONG')
      return undefined;
    throw unusable(path, 'cannot be read', 'Check its permissions.', error);
  }
}

async function inDirectory(directory: string, options: ExpandOptions): Promise<string[]> {
  const files = await filesBelow(directory, options);
  const pictures = files.filter(hasImageExtension).sort(naturalOrder);
  if (pictures.length > 0) return pictures;
  const deeper = options.recursive === true ? '' : ' --recursive looks into the folders below it.';
  throw unusable(directory, 'holds no picture', `Looked for ${IMAGE_EXTENSIONS.join(', ')}.${deeper}`);
}

async function filesBelow(directory: string, options: ExpandOptions): Promise<string[]> {
  options.signal?.throwIfAborted();
  const files: string[] = [];
  for (const entry of await readdir(resolve(options.cwd, directory), { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (isExcluded(path, options)) continue;
    // Links to files count, links to directories do not: they may lead round in a circle.
    if (entry.isFile()) files.push(path);
    else if (entry.isSymbolicLink() && (await kindOf(resolve(options.cwd, path))) === 'file')
      files.push(path);
    else if (entry.isDirectory() && options.recursive === true)
      files.push(...(await filesBelow(path, options)));
  }
  return files;
}

async function matching(input: string, pattern: string, options: ExpandOptions): Promise<string[]> {
  const files = await glob(pattern, {
    cwd: options.cwd,
    onlyFiles: true,
    followSymbolicLinks: false,
    expandDirectories: false,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const pictures = files.filter((path) => hasImageExtension(path) && !isExcluded(path, options));
  if (pictures.length > 0) return pictures.sort(naturalOrder);
  const others =
    files.length === 0 ? 'matches no file' : `matches ${files.length} file(s), none of them a picture`;
  throw unusable(
    input,
    others,
    `Pictures end in ${IMAGE_EXTENSIONS.join(', ')}; globs are read from ${options.cwd}.`,
  );
}

function isExcluded(path: string, { cwd, exclude }: ExpandOptions): boolean {
  if (exclude === undefined || resolve(cwd, exclude) === cwd) return false;
  return resolve(cwd, path).startsWith(resolve(cwd, exclude) + sep);
}

function unusable(input: string, what: string, remedy: string, cause?: unknown): CareError {
  return new CareError('OPTIONS_INVALID', `"${input}" ${what}.`, {
    remedy,
    details: { argument: input },
    cause,
  });
}
