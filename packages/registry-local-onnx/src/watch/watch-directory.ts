import { isInside } from '@care/model-manifest';
import type { Logger, RegistryChange } from '@care/registry-core';
import type { DirectoryScan } from '../scan/directory-scan.js';
import { DirectoryWatchers } from './directory-watchers.js';
import { SettledChanges } from './settled-changes.js';
import { takeSnapshot, type Snapshot } from './snapshot.js';

export interface WatchRequest {
  readonly dir: string;
  readonly allowOutside: boolean;
  /** Network file systems do not tell their changes. */
  readonly polling: boolean;
  readonly scan: () => Promise<DirectoryScan>;
  readonly listener: (change: RegistryChange) => void;
  readonly logger: Logger;
}

/** What two looks so far apart see alike has settled. */
const SETTLE_MS = 300;
/** However much is going on, a look is due after this long. */
const LONGEST_WAIT_MS = 5000;
/** How often is looked for a directory that does not exist yet, and by polling. */
const ABSENT_MS = 1000;

/**
 * Tells every change of a models directory until the returned function is called. Each real directory is watched for itself, so that
 * cyclic links end; what changed is told by comparing what the manifests say, so that a file that is merely touched changes nothing.
 */
export async function watchDirectory({
  dir,
  allowOutside,
  polling,
  scan,
  listener,
  logger,
}: WatchRequest): Promise<() => Promise<void>> {
  const first = await scan();
  let snapshot: Snapshot = await takeSnapshot(first);
  const settled = new SettledChanges(snapshot);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  /** When the first of the events that wait for a look came. */
  let waitingSince: number | undefined;
  /** Events come in bunches: the look waits for the end of theirs, but not for ever. */
  const schedule = (delay: number): void => {
    if (stopped) return;
    const now = performance.now();
    waitingSince ??= now;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        waitingSince = undefined;
        working = working.then(look);
      },
      Math.max(0, Math.min(delay, waitingSince + LONGEST_WAIT_MS - now)),
    );
  };
  const look = async (): Promise<void> => {
    if (stopped) return;
    try {
      const found = await scan();
      snapshot = await takeSnapshot(found);
      const { changes, settled: over } = settled.compare(snapshot);
      if (!over) schedule(SETTLE_MS);
      void follow(found);
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
  const watchers = new DirectoryWatchers({
    pollingMs: polling ? ABSENT_MS : undefined,
    changed: () => {
      schedule(SETTLE_MS);
    },
    failed: (error) => {
      logger.warn({ dir, error }, `Watching ${dir} failed in part; changes are seen at the next look.`);
    },
  });
  const follow = async (found: DirectoryScan): Promise<void> => {
    // A manifest may name any path; only what may be loaded is watched.
    const files = snapshot.directories.filter((directory) => allowOutside || isInside(dir, directory));
    if (!found.exists) schedule(ABSENT_MS);
    await watchers.follow(new Set([...found.directories, ...files]));
  };

  await follow(first);
  // What changed while the watchers started has no event.
  schedule(0);

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await watchers.close();
    await working;
  };
}
