import { isCareError } from '@care/registry-core';
import { CommanderError } from 'commander';
import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { usageErrorFrom } from '../options/commander-error.js';
import { printError } from './print-error.js';

/** Prints what ended a command, in the form that its arguments ask for. @returns the exit code */
export function reportFailure(error: unknown, args: readonly string[], io: CliIo): number {
  const failure = error instanceof CommanderError ? usageErrorFrom(error, args) : error;
  const options = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  // Whoever interrupts knows why it stopped; the commands tell how far they came.
  if (!io.signal.aborted) {
    printError(failure, io, {
      json: options.includes('--json'),
      verbose: options.includes('--verbose'),
      color: !options.includes('--no-color'),
    });
  }
  return isCareError(failure, 'OPTIONS_INVALID', 'REFERENCE_INVALID') ? EXIT.usage : EXIT.failed;
}
