import type { Logger, RegistryChange } from '@care/registry-core';
import { watch as watchFiles } from 'chokidar';
import type { DirectoryScan } from '../scan/directory-scan.js';
import { compareSnapshots, takeSnapshot, type Snapshot } from './snapshot.js';

export interface WatchRequest {
  readonly dir: string;
  readonly scan: () => Promise<DirectoryScan>;
  readonly listener: (change: RegistryChange) => void;
  readonly logger: Logger;
}

/** A file is taken when its size has not changed for this long. */
const SETTLED_MS = 300;
const POLL_MS = 100;
/** Events of one change come in a bunch. */
const DEBOUNCE_MS = 50;
/** How often is looked for a directory that does not exist yet. */
const ABSENT_MS = 1000;

/**
 * Tells every change of a models directory until the returned function is called. Each real directory is watched for itself, so that
 * cyclic links end; what changed is told by comparing what the manifests say, so that a file that is merely touched changes nothing.
 */
export async function watchDirectory({
  dir,
  scan,
  listener,
  logger,
}: WatchRequest): Promise<() => Promise<void>> {
  const first = await scan();
  let snapshot: Snapshot = await takeSnapshot(first);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const watcher = watchFiles([], {
    depth: 0,
    ignoreInitial: true,
    followSymlinks: false,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: POLL_MS },
  });
  const schedule = (delay: number): void => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(look);
    }, delay);
  };
  const look = async (): Promise<void> => {
    if (stopped) return;
    try {
      const found = await scan();
      const current = await takeSnapshot(found);
      const changes = compareSnapshots(snapshot, current);
      snapshot = current;
      follow(found);
      for (const change of changes) tell(change);
    } catch (error) {
      logger.warn(
        { dir, error },
        `The models directory ${dir} cannot be scanned; what was known before stays in force.`,
      );
      schedule(ABSENT_MS);
    }
  };
  const tell = (change: RegistryChange): void => {
    try {
      listener(change);
    } catch (error) {
      logger.error({ dir, error }, 'A listener of model changes failed; the others are told all the same.');
    }
  };
  const follow = (found: DirectoryScan): void => {
    if (found.directories.length > 0) watcher.add([...found.directories, ...snapshot.directories]);
    if (!found.exists) schedule(ABSENT_MS);
  };

  watcher.on('all', () => {
    schedule(DEBOUNCE_MS);
  });
  watcher.on('error', (error) => {
    logger.warn({ dir, error }, `Watching ${dir} failed in part; changes are seen at the next look.`);
  });
  follow(first);
  if (first.exists) await new Promise<void>((ready) => watcher.once('ready', ready));
  // What changed while the watcher started has no event.
  schedule(DEBOUNCE_MS);

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await watcher.close();
    await working;
  };
}
