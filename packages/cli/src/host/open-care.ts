import { resolve } from 'node:path';
import { createCare, type Care, type CareOptions } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import type { CommonOptions } from '../options/common-options.js';
import { createCliLogger } from '../output/cli-logger.js';
import { CLI_ROOT } from './cli-root.js';
import { hostRoot } from './host-root.js';

/** The host's plugins and this command's own, composed, with the options of the command line. */
export function openCare(
  options: CommonOptions & { readonly quiet?: boolean },
  io: CliIo,
  more: Pick<CareOptions, 'logger' | 'imageLimits'> = {},
): Promise<Care> {
  const { modelsDir, color, offline, verbose = false, quiet = false } = options;
  const root = hostRoot(io.cwd, options.root);
  return createCare({
    ...(root === undefined ? {} : { root }),
    extraRoots: [CLI_ROOT],
    env: io.env,
    logger: createCliLogger(io, { color, verbose, quiet }),
    // What is not said is left to CARE_OFFLINE.
    ...(offline === true ? { offline } : {}),
    ...more,
    // The folder is meant from where the user is, not from the root of the host.
    ...(modelsDir === undefined ? {} : { plugins: { 'local-onnx': { dir: resolve(io.cwd, modelsDir) } } }),
  });
}
