import type { Care } from '@care/model-manager';
import { sha256OfFile } from '@care/model-manifest';
import { formatModelReference, isCareError, type ResolvedModel } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import type { PullCommandOptions } from '../commands/pull.js';
import { createDownloadDisplay, noDownloadDisplay } from '../downloads/download-display.js';
import { openCare } from '../host/open-care.js';
import { usageError } from '../options/usage-error.js';
import { warnIfStale } from '../output/warn-if-stale.js';
import { mapInOrder } from '../predict/map-in-order.js';
import { pullModel, type PulledModel, type PullRequest } from '../pull/pull-model.js';
import type { PullOutcome } from '../pull/pull-output.js';
import { pullAll } from '../pull/run-pull.js';
import { fileDifferences, lockMismatch, modelDifferences } from './differences.js';
import { readLockFile, type LockedModel } from './lock-file.js';
import { lockPath } from './lock-path.js';

interface LockedReference {
  readonly reference: string;
  readonly locked: LockedModel;
}

/**
 * Brings exactly what the lock file says. Everything is asked and compared before anything is downloaded, and what was downloaded is
 * hashed anew. @returns the exit code. @throws CareError LOCK_MISMATCH with every difference
 */
export async function runFrozenPull(
  named: readonly string[],
  options: PullCommandOptions,
  io: CliIo,
): Promise<number> {
  if (options.variant !== undefined || options.allVariants === true) {
    throw usageError(
      '--frozen brings the variants of the lock file.',
      'Leave --variant and --all-variants out.',
    );
  }
  const path = lockPath(options, io);
  const wanted = await lockedReferences(path, named);
  await using care = await openCare(options, io);
  const { signal } = io;
  const resolved = new Map<string, ResolvedModel>();
  const differences: string[] = [];
  for await (const answer of mapInOrder(wanted, options.jobs, (item) => ask(care, item, signal))) {
    differences.push(...answer.differences);
    if (answer.resolved === undefined) continue;
    resolved.set(answer.reference, answer.resolved);
    warnIfStale(answer.resolved, options, io);
  }
  if (differences.length > 0) throw lockMismatch(path, differences);

  const downloads = options.quiet === true ? noDownloadDisplay : createDownloadDisplay(io.stderr);
  const pull = async ({ reference, locked }: LockedReference): Promise<PullOutcome> => {
    const model = resolved.get(reference);
    if (model === undefined) throw lockMismatch(path, [`${reference} was not resolved`]);
    const request = {
      ...{ reference, resolved: model, signal, onProgress: downloads.of(reference) },
      variantIds: locked.variants.map(({ id }) => id),
    };
    try {
      return await pullExactly(care, request, locked, path);
    } catch (error) {
      if (signal.aborted) throw error;
      return { reference, error };
    }
  };
  return await pullAll(wanted, pull, options, io, downloads);
}

async function lockedReferences(path: string, named: readonly string[]): Promise<LockedReference[]> {
  const lock = await readLockFile(path);
  if (lock === undefined) {
    throw usageError(
      `There is no lock file ${path}.`,
      'Write one by `care lock REF...`, or name it by --lock FILE.',
    );
  }
  const known = Object.keys(lock.models);
  const unknown = named.filter((reference) => !known.includes(reference));
  if (unknown.length > 0) {
    throw usageError(
      `The lock file ${path} does not have ${unknown.join(', ')}.`,
      known.length === 0
        ? 'It has no models.'
        : `It has ${known.join(', ')}; \`care lock --add REF\` adds one.`,
    );
  }
  return Object.entries(lock.models)
    .filter(([reference]) => named.length === 0 || named.includes(reference))
    .map(([reference, locked]) => ({ reference, locked }));
}

interface FrozenAnswer {
  readonly reference: string;
  readonly resolved?: ResolvedModel;
  readonly differences: readonly string[];
}

/** Asks the registry of the lock file for the version of the lock file. That it has neither is a difference. */
async function ask(
  care: Care,
  { reference, locked }: LockedReference,
  signal: AbortSignal,
): Promise<FrozenAnswer> {
  const { registry, model_id: modelId, version } = locked;
  const pinned = formatModelReference({
    ...{ registry, modelId },
    ...(version === undefined ? {} : { selector: version }),
  });
  try {
    const resolved = await care.resolve(pinned, { signal });
    return { reference, resolved, differences: modelDifferences(reference, locked, resolved) };
  } catch (error) {
    if (!isCareError(error, 'MODEL_NOT_FOUND', 'PLUGIN_NOT_FOUND')) throw error;
    return { reference, differences: [`${reference}: ${pinned} is not there: ${error.message}`] };
  }
}

/** What lies on the disk counts, whatever the registry says of it. */
async function pullExactly(
  care: Care,
  request: PullRequest,
  locked: LockedModel,
  path: string,
): Promise<PulledModel> {
  const pulled = await pullModel(care, request);
  const differences: string[] = [];
  for (const { id, files } of locked.variants) {
    const brought = pulled.variants.find((variant) => variant.id === id)?.files ?? [];
    const measured = await Promise.all(
      brought.map(async (file) => ({ ...file, sha256: await sha256OfFile(file.path, request.signal) })),
    );
    differences.push(...fileDifferences(`${request.reference}: variant ${id}`, files, measured));
  }
  if (differences.length > 0) throw lockMismatch(path, differences);
  return pulled;
}
