import type { Logger } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { colorsFor } from './colors.js';
import { printable } from './printable.js';

export interface CliLoggerOptions {
  readonly color?: boolean;
  /** Everything with its fields; otherwise warnings and errors alone. */
  readonly verbose?: boolean;
  /** Errors alone. */
  readonly quiet?: boolean;
}

/** Writes what the system tells to stderr, one line each, so that stdout stays what was asked for. */
export function createCliLogger(io: CliIo, options: CliLoggerOptions = {}): Logger {
  const colors = colorsFor(io.stderr, io, options.color);
  const write = (label: string, fields: object, message: string): void => {
    const more =
      options.verbose === true && Object.keys(fields).length > 0 ? ` ${colors.dim(asJson(fields))}` : '';
    io.stderr.write(`${label} ${printable(message)}${more}\n`);
  };
  const ignore = (): void => undefined;
  const verbose = options.verbose === true;
  return {
    debug: verbose ? (fields, message) => write(colors.dim('debug:'), fields, message) : ignore,
    info: verbose ? (fields, message) => write(colors.dim('info:'), fields, message) : ignore,
    warn:
      options.quiet === true
        ? ignore
        : (fields, message) => write(colors.yellow('warning:'), fields, message),
    error: (fields, message) => write(colors.red('error:'), fields, message),
  };
}

/** Fields may hold errors and anything else; a log line must never fail. */
function asJson(fields: object): string {
  try {
    return JSON.stringify(fields, (_key, value: unknown) => {
      if (value instanceof Error) return value.message;
      return typeof value === 'bigint' ? value.toString() : value;
    });
  } catch {
    // A circular field: the message is printed all the same.
    return '[fields not printable]';
  }
}
