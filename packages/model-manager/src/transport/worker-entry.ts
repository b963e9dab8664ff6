import { createRequire } from 'node:module';

/** Path of the built worker module, found through this package's own exports so that sources and bundles agree. */
export function workerEntryPath(): string {
  return createRequire(import.meta.url).resolve('@care/model-manager/worker');
}
