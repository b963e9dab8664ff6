import { watch as watchFiles, type FSWatcher } from 'chokidar';

export interface DirectoryWatchersOptions {
  /** Milliseconds between looks when the file system does not tell; undefined when it does. */
  readonly pollingMs?: number | undefined;
  /** Something in a directory changed, or may have before it was watched. */
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

const READY_MS = 10_000;

/**
 * Watches directories, each for itself and not what lies deeper. What changes between a look at a directory and the moment at which it
 * is watched has no event, so that moment counts as a change.
 */
export class DirectoryWatchers {
  readonly #options: DirectoryWatchersOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #closed = false;

  constructor(options: DirectoryWatchersOptions) {
    this.#options = options;
  }

  /** These and no others. Resolves when those that are new are watched, or have taken too long. */
  async follow(directories: ReadonlySet<string>): Promise<void> {
    if (this.#closed) return;
    for (const [directory, watcher] of this.#watchers) {
      if (directories.has(directory)) continue;
      this.#watchers.delete(directory);
      void watcher.close();
    }
    const fresh = [...directories].filter((directory) => !this.#watchers.has(directory));
    await Promise.all(fresh.map((directory) => this.#watch(directory)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#watchers.values()].map((watcher) => watcher.close()));
    this.#watchers.clear();
  }

  async #watch(directory: string): Promise<void> {
    const { pollingMs, changed, failed } = this.#options;
    const watcher = watchFiles(directory, {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      usePolling: pollingMs !== undefined,
      ...(pollingMs === undefined ? {} : { interval: pollingMs }),
    });
    this.#watchers.set(directory, watcher);
    watcher.on('all', changed);
    watcher.on('error', failed);
    // One that comes back under its name is another directory, and is watched anew.
    watcher.on('unlinkDir', (path) => {
      if (path !== directory || this.#watchers.get(directory) !== watcher) return;
      this.#watchers.delete(directory);
      void watcher.close();
    });
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      watcher.once('ready', resolve);
      timer = setTimeout(resolve, READY_MS);
    });
    clearTimeout(timer);
    changed();
  }
}
