import { Command } from 'commander';
import type { CliIo } from '../cli-io.js';
import { withCommonOptions, type CommonOptions } from '../options/common-options.js';
import { byteBudget } from '../options/number-options.js';
import type { SetExitCode } from '../program.js';

export interface CachePruneOptions extends CommonOptions {
  /** Bytes. */
  readonly maxBytes?: number;
}

const EXAMPLES = `
Downloads of all remote registries are kept once for each content, in $CARE_CACHE_DIR, else $MODEL_CACHE_DIR, else the cache folder of
the user. With CARE_CACHE_MAX_BYTES the longest unused files go by themselves. Files of the Hugging Face Hub are kept where
Python's huggingface_hub keeps them, and belong to both.

Examples:
  care cache list
  care cache verify                   reads every file; a damaged one is removed and downloaded again when it is asked for
  care cache prune --max-bytes 2GB    the longest unused go until 2 GB are left; what is in use stays
  rm -rf "$(care cache dir)"`;

export function cacheCommand(io: CliIo, setExitCode: SetExitCode): Command {
  const cache = new Command('cache')
    .description('Look after the downloaded models: list, verify, prune.')
    .addHelpText('after', EXAMPLES);
  const list = new Command('list').description(
    'List the files with size, last use and the models they belong to.',
  );
  cache.addCommand(
    withCommonOptions(list, 'one JSON object {"directory", "bytes", "files", "elsewhere"} on stdout').action(
      async (options: CommonOptions) => {
        const { runCacheList } = await import('../cache/run-cache-list.js');
        await runCacheList(options, io);
      },
    ),
  );
  const verify = new Command('verify').description(
    'Read every file and remove those whose content is damaged.',
  );
  cache.addCommand(
    withCommonOptions(
      verify,
      'one JSON object {"directory", "checked", "corrupt", "removed"} on stdout',
    ).action(async (options: CommonOptions) => {
      const { runCacheVerify } = await import('../cache/run-cache-verify.js');
      setExitCode(await runCacheVerify(options, io));
    }),
  );
  const prune = new Command('prune')
    .description('Remove what is over a budget, and what is left of downloads that nobody continues.')
    .option(
      '--max-bytes <bytes>',
      'keep at most this, e.g. 2GB; 0 removes all (default: $CARE_CACHE_MAX_BYTES)',
      byteBudget,
    );
  cache.addCommand(
    withCommonOptions(prune, 'one JSON object {"directory", "removed", "freed_bytes"} on stdout').action(
      async (options: CachePruneOptions) => {
        const { runCachePrune } = await import('../cache/run-cache-prune.js');
        await runCachePrune(options, io);
      },
    ),
  );
  const dir = new Command('dir').description('Print the folder of the cache.');
  cache.addCommand(
    withCommonOptions(dir, 'one JSON object {"directory", "elsewhere"} on stdout').action(
      async (options: CommonOptions) => {
        const { runCacheDir } = await import('../cache/run-cache-dir.js');
        runCacheDir(options, io);
      },
    ),
  );
  return cache;
}
