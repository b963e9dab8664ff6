import { serializeError, type SerializedError } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { colorsFor } from './colors.js';
import { printableLines } from './printable.js';

export interface ErrorStyle {
  /** One JSON object and line instead of text. */
  readonly json?: boolean;
  /** Causes and stack as well. */
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** What `--json` says about a failure. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly details?: SerializedError['details'];
  readonly causes?: readonly string[];
}

/** A failure as plain data. What is no CareError is a defect of ours or of a plugin, and named `INTERNAL`. */
export function errorReport(error: unknown): ErrorReport {
  const { message, remedy, details, causes, code } = serializeError(error, 'UNSUPPORTED');
  const known = typeof error === 'object' && error !== null && 'code' in error && error.code === code;
  return {
    ...(known ? { code, message, remedy } : { code: 'INTERNAL', message, remedy: INTERNAL_REMEDY }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

const INTERNAL_REMEDY =
  'This should not happen: run again with --verbose and report what it prints, with `care doctor`.';

/** Prints the failure that ended a command, on stderr: what happened, what to do, and on demand why. */
export function printError(error: unknown, io: CliIo, style: ErrorStyle): void {
  const report = errorReport(error);
  const stack = style.verbose === true && error instanceof Error ? error.stack : undefined;
  if (style.json === true) {
    io.stderr.write(
      `${JSON.stringify({ error: { ...report, ...(stack === undefined ? {} : { stack }) } })}\n`,
    );
    return;
  }
  io.stderr.write(formatError(report, io, style));
  if (stack !== undefined) io.stderr.write(`${printableLines(stack)}\n`);
}

/** `error CODE: message`, the remedy on its own line, the causes with `--verbose`. */
export function formatError(report: ErrorReport, io: CliIo, style: ErrorStyle): string {
  const colors = colorsFor(io.stderr, io, style.color);
  const lines = [`${colors.red(`error ${report.code}:`)} ${printableLines(report.message)}`];
  if (report.remedy !== '') lines.push(`  ${colors.cyan('remedy:')} ${printableLines(report.remedy)}`);
  if (style.verbose === true) {
    for (const cause of report.causes ?? []) lines.push(`  ${colors.dim('cause:')} ${printableLines(cause)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
