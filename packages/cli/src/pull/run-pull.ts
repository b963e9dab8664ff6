import type { Care } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import type { PullCommandOptions } from '../commands/pull.js';
import {
  createDownloadDisplay,
  noDownloadDisplay,
  type DownloadDisplay,
} from '../downloads/download-display.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import { usageError } from '../options/usage-error.js';
import { count } from '../output/quantity.js';
import { warnIfStale } from '../output/warn-if-stale.js';
import { mapInOrder } from '../predict/map-in-order.js';
import { chosenVariants } from './chosen-variants.js';
import { pullModel, type PulledModel } from './pull-model.js';
import { printPullOutcome, type PullOutcome } from './pull-output.js';

/** Brings models into the cache, side by side, and tells of each. @returns the exit code */
export async function runPull(
  references: readonly string[],
  options: PullCommandOptions,
  io: CliIo,
): Promise<number> {
  if (options.frozen === true) {
    const { runFrozenPull } = await import('../lock/run-frozen-pull.js');
    return await runFrozenPull(references, options, io);
  }
  if (references.length === 0) {
    throw usageError(
      'No model is named.',
      'Write `care pull REF...`, or `care pull --frozen` for those of the lock file.',
    );
  }
  await using care = await openCare(options, io);
  const downloads = options.quiet === true ? noDownloadDisplay : createDownloadDisplay(io.stderr);
  const pull = async (reference: string): Promise<PullOutcome> => {
    try {
      return await pullOne(care, reference, options, io, downloads);
    } catch (error) {
      if (io.signal.aborted) throw error;
      return { reference, error };
    }
  };
  return await pullAll([...new Set(references)], pull, options, io, downloads);
}

/** Runs the pulls with a bound and prints what becomes of each in their order. @returns the exit code */
export async function pullAll<T>(
  items: readonly T[],
  pull: (item: T) => Promise<PullOutcome>,
  options: PullCommandOptions,
  io: CliIo,
  downloads: DownloadDisplay,
): Promise<number> {
  let done = 0;
  let failed = 0;
  try {
    for await (const outcome of mapInOrder(items, options.jobs, pull)) {
      if ('error' in outcome) failed += 1;
      else done += 1;
      downloads.around(() => printPullOutcome(outcome, io, options));
      if (io.signal.aborted) break;
    }
  } catch (error) {
    if (!io.signal.aborted) throw error;
  } finally {
    downloads.stop();
  }
  if (io.signal.aborted && options.quiet !== true) {
    io.stderr.write(
      `Interrupted after ${done} of ${count(items.length, 'model')}: what was received is kept, the next pull goes on from there.\n`,
    );
  }
  return failed > 0 || done < items.length ? EXIT.failed : EXIT.done;
}

async function pullOne(
  care: Care,
  reference: string,
  options: PullCommandOptions,
  io: CliIo,
  downloads: DownloadDisplay,
): Promise<PulledModel> {
  const { signal } = io;
  const resolved = await care.resolve(reference, { signal });
  downloads.around(() => warnIfStale(resolved, options, io));
  const variants = await chosenVariants(care, resolved, options, signal);
  return await pullModel(care, {
    ...{ reference, resolved, signal },
    variantIds: variants.map(({ id }) => id),
    onProgress: downloads.of(reference),
  });
}
