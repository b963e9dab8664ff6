import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliIo } from '../cli-io.js';
import type { ServeCommandOptions } from '../commands/serve.js';
import { usageError } from '../options/usage-error.js';

/**
 * The admin token of the command line; undefined when none is asked for. Never the token itself: others see the arguments of a process.
 * @throws CareError OPTIONS_INVALID when it is asked for and not there
 */
export async function adminToken(
  { adminTokenEnv, adminTokenFile }: Pick<ServeCommandOptions, 'adminTokenEnv' | 'adminTokenFile'>,
  io: Pick<CliIo, 'env' | 'cwd'>,
): Promise<string | undefined> {
  if (adminTokenEnv !== undefined && adminTokenFile !== undefined) {
    throw usageError('Both --admin-token-env and --admin-token-file are given.', 'Give one of them.');
  }
  if (adminTokenEnv !== undefined) {
    const { [adminTokenEnv]: token = '' } = io.env;
    if (token !== '') return token;
    throw usageError(
      `--admin-token-env ${adminTokenEnv}: there is no such environment variable, or it is empty.`,
      'Set it, or leave the option out: then there is no admin plane.',
    );
  }
  if (adminTokenFile === undefined) return undefined;
  try {
    const token = (await readFile(resolve(io.cwd, adminTokenFile), 'utf8')).trim();
    if (token !== '') return token;
  } catch (cause) {
    throw usageError(`--admin-token-file ${adminTokenFile}: it cannot be read.`, 'Correct the path.', cause);
  }
  throw usageError(`--admin-token-file ${adminTokenFile}: it is empty.`, 'Write the token into it.');
}
