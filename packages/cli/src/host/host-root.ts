import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../options/usage-error.js';

/**
 * Root of the host application: `--root`, else the nearest folder with a package.json from the working directory
 * upwards, else the working directory itself.
 * @throws CareError OPTIONS_INVALID when `--root` names no folder with a package.json
 */
export function hostRoot(cwd: string, wanted?: string): string {
  if (wanted !== undefined) {
    const root = resolve(cwd, wanted);
    if (existsSync(join(root, 'package.json'))) return root;
    throw usageError(
      `--root ${wanted}: there is no package.json in ${root}.`,
      'Name the folder of an application, the one with its package.json.',
    );
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return cwd;
  }
}
