import { join, resolve } from 'node:path';
import type { CliIo } from '../cli-io.js';
import { hostRoot } from '../host/host-root.js';
import { usageError } from '../options/usage-error.js';
import { LOCK_FILE_NAME } from './lock-file.js';

/** `--lock`, else `care.lock.json` beside the package.json of the host. @throws CareError OPTIONS_INVALID when there is no host */
export function lockPath(
  { lock, root }: { readonly lock?: string; readonly root?: string },
  { cwd }: Pick<CliIo, 'cwd'>,
): string {
  if (lock !== undefined) return resolve(cwd, lock);
  const host = hostRoot(cwd, root);
  if (host !== undefined) return join(host, LOCK_FILE_NAME);
  throw usageError(
    `There is no package.json in ${cwd} or above it, so nobody knows where the lock file belongs.`,
    'Name it by --lock FILE, or the application by --root DIR.',
  );
}
