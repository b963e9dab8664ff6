import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CareError } from '@care/registry-core';

/** True when `path` is `directory` or lies below it. Both are absolute and real; nothing is read. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

export interface InsideOptions {
  /** Directory that a relative `path` starts from. */
  readonly base: string;
  /** The path may not leave this directory; undefined: it may lie anywhere. */
  readonly root?: string | undefined;
  /** What the path is, for messages: `model_path of models/a.json`. */
  readonly what: string;
}

/**
 * Absolute, real path of an existing file, symbolic links resolved on both sides before they are compared.
 * @throws CareError `ARTIFACT_MISSING` when there is nothing, `PATH_FORBIDDEN` when it leaves `root`
 */
export async function resolveInside(path: string, { base, root, what }: InsideOptions): Promise<string> {
  const wanted = resolve(base, path);
  const realRoot = root === undefined ? undefined : await realpath(root);
  // Said before the file is looked for, so that nothing tells whether a file outside exists.
  if (
    root !== undefined &&
    realRoot !== undefined &&
    !isInside(resolve(root), wanted) &&
    !isInside(realRoot, wanted)
  ) {
    throw forbidden(path, root, what);
  }
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (cause) {
    const backslash =
      path.includes('\\') && sep === '/' ? ' Write the path with "/": it has backslashes.' : '';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CareError(
      'ARTIFACT_MISSING',
      `The ${what} names ${path}, but ${wanted} cannot be found: ${reason}.`,
      {
        details: { path: wanted },
        remedy: `Put the file there, or correct the path (it is relative to the manifest).${backslash}`,
        cause,
      },
    );
  }
  if (root !== undefined && realRoot !== undefined && !isInside(realRoot, real))
    throw forbidden(path, root, what);
  return real;
}

function forbidden(path: string, root: string, what: string): CareError {
  return new CareError('PATH_FORBIDDEN', `The ${what} names ${path}, which leaves the directory ${root}.`, {
    details: { path, root },
    remedy: 'Move the file below that directory, or set `allowOutside`.',
  });
}
