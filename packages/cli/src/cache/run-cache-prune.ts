import type { CliIo } from '../cli-io.js';
import type { CachePruneOptions } from '../commands/cache.js';
import { byteBudget } from '../options/number-options.js';
import { usageError } from '../options/usage-error.js';
import { printable } from '../output/printable.js';
import { count, formatBytes } from '../output/quantity.js';
import { openCache } from './open-cache.js';

/** Removes what is over the budget. @throws CareError OPTIONS_INVALID when CARE_CACHE_MAX_BYTES is no number of bytes */
export async function runCachePrune(options: CachePruneOptions, io: CliIo): Promise<void> {
  const maxBytes = options.maxBytes ?? budgetOf(io.env);
  await using cache = openCache(options, io);
  const { directory } = cache.store;
  const { removed, freedBytes } = await cache.store.prune({
    signal: io.signal,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  if (options.json === true) {
    io.stdout.write(`${JSON.stringify({ directory, removed, freed_bytes: freedBytes })}\n`);
    return;
  }
  const text = `${count(removed.length, 'file')} removed, ${formatBytes(freedBytes)} freed in ${directory}`;
  io.stdout.write(`${printable(text)}\n`);
}

function budgetOf(env: CliIo['env']): number | undefined {
  const { CARE_CACHE_MAX_BYTES: stated = '' } = env;
  if (stated === '') return undefined;
  try {
    return byteBudget(stated);
  } catch (cause) {
    throw usageError('CARE_CACHE_MAX_BYTES is no number of bytes.', 'Correct it, or remove it.', cause);
  }
}
