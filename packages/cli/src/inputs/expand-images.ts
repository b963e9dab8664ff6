import { stat, readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';
import { hasImageExtension, IMAGE_EXTENSIONS } from '@care/vision';
import { glob, isDynamicPattern } from 'tinyglobby';
import { isAnnotatedName } from '../predict/annotated-names.js';
import { naturalOrder } from './natural-order.js';

export interface ExpandOptions {
  readonly cwd: string;
  /** Look into folders below a directory as well; default false. */
  readonly recursive?: boolean;
  /**
   * Where the annotated pictures go. Its files are not taken as input, unless an input is that directory or lies below it: then
   * all but annotated pictures are.
   */
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
  const files = await filesBelow(directory, directory, options);
  const pictures = files.filter(hasImageExtension).sort(naturalOrder);
  if (pictures.length > 0) return pictures;
  const deeper = options.recursive === true ? '' : ' --recursive looks into the folders below it.';
  throw unusable(directory, 'holds no picture', `Looked for ${IMAGE_EXTENSIONS.join(', ')}.${deeper}`);
}

async function filesBelow(directory: string, base: string, options: ExpandOptions): Promise<string[]> {
  options.signal?.throwIfAborted();
  const files: string[] = [];
  for (const entry of await readdir(resolve(options.cwd, directory), { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (isExcluded(path, base, options)) continue;
    // Links to files count, links to directories do not: they may lead round in a circle.
    if (entry.isFile()) files.push(path);
    else if (entry.isSymbolicLink() && (await kindOf(resolve(options.cwd, path))) === 'file')
      files.push(path);
    else if (entry.isDirectory() && options.recursive === true)
      files.push(...(await filesBelow(path, base, options)));
  }
  return files;
}

async function matching(input: string, pattern: string, options: ExpandOptions): Promise<string[]> {
  const base = staticBase(pattern);
  const files = await glob(pattern, {
    cwd: options.cwd,
    onlyFiles: true,
    followSymbolicLinks: false,
    expandDirectories: false,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const pictures = files.filter((path) => hasImageExtension(path) && !isExcluded(path, base, options));
  if (pictures.length > 0) return pictures.sort(naturalOrder);
  const others =
    files.length === 0 ? 'matches no file' : `matches ${files.length} file(s), none of them a picture`;
  throw unusable(
    input,
    others,
    `Pictures end in ${IMAGE_EXTENSIONS.join(', ')}; globs are read from ${options.cwd}.`,
  );
}

/** The folders of a glob before its first part that is a pattern: `photos/2026` of `photos/2026/**\/*.jpg`. */
function staticBase(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => isDynamicPattern(part));
  return parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** `base`: the folder that the user named, which counts even when annotated pictures go there too. */
function isExcluded(path: string, base: string, { cwd, exclude }: ExpandOptions): boolean {
  if (exclude === undefined) return false;
  const output = resolve(cwd, exclude);
  if (!isBelow(output, resolve(cwd, path))) return false;
  const named = resolve(cwd, base);
  return named === output || isBelow(output, named) ? isAnnotatedName(path) : true;
}

const isBelow = (directory: string, path: string): boolean =>
  path.startsWith(directory.endsWith(sep) ? directory : directory + sep);

function unusable(input: string, what: string, remedy: string, cause?: unknown): CareError {
  return new CareError('OPTIONS_INVALID', `"${input}" ${what}.`, {
    remedy,
    details: { argument: input },
    cause,
  });
}
