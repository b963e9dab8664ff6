import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage, isCareError, type Logger, type RegistryChange } from '@care/registry-core';
import type { Connection } from './connection.js';
import { markOf, namedModels } from './files/model-files.js';
import type { ServedModels } from './served/served-models.js';
import { addressOf } from './served/server-paths.js';
import { changesBetween, stateOf, type KnownState } from './served/changes.js';
import type { Understood } from './served/understand.js';

export interface PollParts {
  readonly connection: Connection;
  readonly everyMs: number;
  readonly read: (signal: AbortSignal) => Promise<ServedModels>;
  readonly understand: (served: ServedModels) => Understood;
  readonly listener: (change: RegistryChange) => void;
  readonly logger: Logger;
}

/**
 * Looks at a server again and again and tells what has changed since the look before. A server that cannot be asked has not changed: that is
 * logged once, and the next look is made all the same. Resolves after the first look.
 */
export async function pollServer(parts: PollParts): Promise<() => Promise<void>> {
  const { everyMs, listener, logger } = parts;
  const ending = new AbortController();
  const { signal } = ending;
  let before: ReadonlyMap<string, KnownState> | undefined;
  let silent = false;
  const look = async (): Promise<void> => {
    try {
      const after = await takeState(parts, signal);
      if (before !== undefined) for (const change of changesBetween(before, after)) listener(change);
      before = after;
      silent = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!silent)
        logger.warn({ reason: errorMessage(error) }, 'the model server cannot be watched at the moment');
      silent = true;
    }
  };
  await look();
  const run = async (): Promise<void> => {
    // The wait ends with the watch: that is what its rejection says.
    for (;;) {
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await look();
    }
  };
  const running = run();
  return async () => {
    ending.abort();
    await running;
  };
}

async function takeState(parts: PollParts, signal: AbortSignal): Promise<Map<string, KnownState>> {
  const { connection } = parts;
  const understood = parts.understand(await parts.read(signal));
  const marks = new Map<string, string>();
  for (const { manifest, path } of understood.manifests) {
    marks.set(path, await marksOf(connection, path, manifest, signal));
  }
  return stateOf(understood, marks);
}

/** What tells that a file has another content: its stated hash is in the manifest, the others are asked for. */
async function marksOf(
  connection: Connection,
  path: string,
  manifest: Understood['manifests'][number]['manifest'],
  signal: AbortSignal,
): Promise<string> {
  try {
    const { index } = connection;
    const files = namedModels(manifest, addressOf(path, index, index, 'the index'), index);
    const marks = await Promise.all(
      files.map(async ({ url, sha256 }) => sha256 ?? (await markOf(connection, url, undefined, signal))),
    );
    return JSON.stringify(marks);
  } catch (error) {
    // Resolving the model tells it; it is no change.
    if (isCareError(error, 'PATH_FORBIDDEN')) return '';
    throw error;
  }
}
