import type { ResolvedModel } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { createCliLogger, type CliLoggerOptions } from './cli-logger.js';

/** One line on stderr when a registry could not be asked and the model is what it said before. */
export function warnIfStale(
  { package: { modelId, stale }, registry }: ResolvedModel,
  options: CliLoggerOptions,
  io: CliIo,
): void {
  if (stale === undefined) return;
  const { since, reason } = stale;
  createCliLogger(io, options).warn(
    {},
    `${modelId} is from the cache, as registry ${registry} described it at ${since}: ${reason}`,
  );
}
