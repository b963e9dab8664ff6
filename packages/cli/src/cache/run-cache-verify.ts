import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import type { CommonOptions } from '../options/common-options.js';
import { printable } from '../output/printable.js';
import { createProgress, noProgress, type Progress } from '../output/progress.js';
import { count } from '../output/quantity.js';
import { openCache } from './open-cache.js';

/** Reads every file of the cache. @returns the exit code: 1 when one was damaged */
export async function runCacheVerify(options: CommonOptions, io: CliIo): Promise<number> {
  await using cache = openCache(options, io);
  const { directory } = cache.store;
  let progress: Progress = noProgress;
  const report = await cache.store
    .verify({
      signal: io.signal,
      onProgress: ({ checkedFiles, files }) => {
        if (checkedFiles === 0) progress = createProgress(io.stderr, { total: files, unit: 'files' });
        else progress.tick();
      },
    })
    .finally(() => progress.stop());
  const { checked, corrupt, removed } = report;
  if (options.json === true) io.stdout.write(`${JSON.stringify({ directory, checked, corrupt, removed })}\n`);
  else {
    for (const { path } of corrupt) io.stdout.write(`damaged: ${printable(path)}\n`);
    const found = corrupt.length === 0 ? 'all are intact' : `${corrupt.length} damaged, ${removed} removed`;
    io.stdout.write(`${count(checked, 'file')} read in ${printable(directory)}: ${found}\n`);
  }
  return corrupt.length === 0 ? EXIT.done : EXIT.failed;
}
