import { isInside } from '@care/model-manifest';
import type { Logger, RegistryChange } from '@care/registry-core';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import type { DirectoryScan } from '../scan/directory-scan.js';
import { compareSnapshots, takeSnapshot, type Snapshot } from './snapshot.js';

export interface WatchRequest {
  readonly dir: string;
  readonly allowOutside: boolean;
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
const READY_MS = 10_000;

/**
 * Tells every change of a models directory until the returned function is called. Each real directory is watched for itself, so that
 * cyclic links end; what changed is told by comparing what the manifests say, so that a file that is merely touched changes nothing.
 */
export async function watchDirectory({
  dir,
  allowOutside,
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
  let followed = new Set<string>();
  const follow = (found: DirectoryScan): void => {
    // A manifest may name any path; only what may be loaded is watched.
    const files = snapshot.directories.filter((directory) => allowOutside || isInside(dir, directory));
    const wanted = new Set([...found.directories, ...files]);
    // A directory that went and came back is not in the set any more, and is watched anew.
    watcher.add([...wanted].filter((directory) => !followed.has(directory)));
    followed = wanted;
    if (!found.exists) schedule(ABSENT_MS);
  };

  watcher.on('all', () => {
    schedule(DEBOUNCE_MS);
  });
  watcher.on('error', (error) => {
    logger.warn({ dir, error }, `Watching ${dir} failed in part; changes are seen at the next look.`);
  });
  follow(first);
  if (first.exists) await ready(watcher);
  // What changed while the watcher started has no event.
  schedule(DEBOUNCE_MS);

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await watcher.close();
    await working;
  };
}

/** The watcher sees all; or it takes so long that the first look after it has to do. */
async function ready(watcher: FSWatcher): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    timer = setTimeout(resolve, READY_MS);
  });
  clearTimeout(timer);
}
