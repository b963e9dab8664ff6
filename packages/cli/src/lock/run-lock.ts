import type { Care } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import type { LockCommandOptions } from '../commands/lock.js';
import {
  createDownloadDisplay,
  noDownloadDisplay,
  type DownloadDisplay,
} from '../downloads/download-display.js';
import { openCare } from '../host/open-care.js';
import { usageError } from '../options/usage-error.js';
import { printable } from '../output/printable.js';
import { count, formatBytes } from '../output/quantity.js';
import { formatTable } from '../output/table.js';
import { warnIfStale } from '../output/warn-if-stale.js';
import { mapInOrder } from '../predict/map-in-order.js';
import { chosenVariants } from '../pull/chosen-variants.js';
import { readLockFile, writeLockFile, type LockedModel, type LockFile } from './lock-file.js';
import { lockModel } from './lock-model.js';
import { lockPath } from './lock-path.js';

/** Resolves the references and writes what they are. The first that fails leaves the lock file as it was. */
export async function runLock(
  named: readonly string[],
  options: LockCommandOptions,
  io: CliIo,
): Promise<void> {
  const path = lockPath(options, io);
  const before = (await readLockFile(path))?.models ?? {};
  const references = [...new Set(named.length > 0 ? named : Object.keys(before))];
  if (references.length === 0) {
    throw usageError(`No model is named, and there is none in ${path}.`, 'Write `care lock REF...`.');
  }
  await using care = await openCare(options, io);
  const downloads = options.quiet === true ? noDownloadDisplay : createDownloadDisplay(io.stderr);
  const models = new Map(options.add === true ? Object.entries(before) : []);
  const work = async (reference: string): Promise<readonly [string, LockedModel]> => [
    reference,
    await lockOne(care, reference, ownEntry(before, reference), options, io, downloads),
  ];
  try {
    for await (const [reference, model] of mapInOrder(references, options.jobs, work)) {
      models.set(reference, model);
    }
  } finally {
    downloads.stop();
  }
  io.signal.throwIfAborted();
  const lock: LockFile = { lockfile_version: 1, models: Object.fromEntries(models) };
  await writeLockFile(path, lock);
  if (options.json === true) io.stdout.write(`${JSON.stringify({ path, lock })}\n`);
  else if (options.quiet !== true) io.stdout.write(lockText(path, lock));
}

/** A reference may be named as what every object has. */
function ownEntry(models: LockFile['models'], reference: string): LockedModel | undefined {
  return Object.hasOwn(models, reference) ? models[reference] : undefined;
}

async function lockOne(
  care: Care,
  reference: string,
  before: LockedModel | undefined,
  options: LockCommandOptions,
  io: CliIo,
  downloads: DownloadDisplay,
): Promise<LockedModel> {
  const { signal } = io;
  const resolved = await care.resolve(reference, { signal });
  downloads.around(() => warnIfStale(resolved, options, io));
  const known = resolved.package.variants.map(({ id }) => id);
  const kept = before?.variants.map(({ id }) => id).filter((id) => known.includes(id)) ?? [];
  const stated = options.allVariants === true || options.variant !== undefined;
  const variants = await chosenVariants(
    care,
    resolved,
    stated || kept.length === 0 ? options : { variant: kept },
    signal,
  );
  return await lockModel(care, {
    ...{ reference, resolved, signal },
    variantIds: variants.map(({ id }) => id),
    onProgress: downloads.of(reference),
  });
}

function lockText(path: string, { models }: LockFile): string {
  const rows = Object.entries(models)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reference, { registry, model_id: id, version, variants }]) => {
      const files = variants.flatMap((variant) => variant.files);
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      const model = `${registry}:${id}${version === undefined ? '' : `@${version}`}`;
      return [reference, model, variants.map((variant) => variant.id).join(', '), formatBytes(bytes)].map(
        printable,
      );
    });
  const titles = ['reference', 'is', 'variants', 'size'].map((title) => ({ title }));
  return `${formatTable(titles, rows)}\n${printable(path)} written: ${count(rows.length, 'model')}\n`;
}
