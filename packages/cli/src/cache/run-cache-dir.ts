import type { CliIo } from '../cli-io.js';
import type { CommonOptions } from '../options/common-options.js';
import { cacheFolder, cachesElsewhere } from './open-cache.js';

/** Prints the folder, whether it exists or not. */
export function runCacheDir(options: CommonOptions, io: CliIo): void {
  const directory = cacheFolder(io);
  const text =
    options.json === true ? JSON.stringify({ directory, elsewhere: cachesElsewhere(io) }) : directory;
  io.stdout.write(`${text}\n`);
}
