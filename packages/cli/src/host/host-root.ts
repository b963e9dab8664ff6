import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findHostRoot } from '@care/model-manager';
import { usageError } from '../options/usage-error.js';

/**
 * Root of the host application: `--root`, else the nearest folder with a package.json from the working directory
 * upwards; undefined when there is none.
 * @throws CareError OPTIONS_INVALID when `--root` names no folder with a package.json
 */
export function hostRoot(cwd: string, wanted?: string): string | undefined {
  if (wanted === undefined) return findHostRoot(cwd);
  const root = resolve(cwd, wanted);
  if (existsSync(join(root, 'package.json'))) return root;
  throw usageError(
    `--root ${wanted}: there is no package.json in ${root}.`,
    'Name the folder of an application, the one with its package.json.',
  );
}
