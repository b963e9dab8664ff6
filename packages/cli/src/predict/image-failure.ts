import { resolve } from 'node:path';
import type { CliIo } from '../cli-io.js';
import { errorReport, formatError, type ErrorStyle } from '../output/print-error.js';

/** Tells on stderr which picture failed and why, naming it once and as it was given. */
export function printImageFailure(image: string, error: unknown, io: CliIo, style: ErrorStyle): void {
  const report = errorReport(error);
  const message = report.message.replaceAll(resolve(io.cwd, image), image);
  io.stderr.write(
    formatError(
      { ...report, message: message.includes(image) ? message : `${image}: ${message}` },
      io,
      style,
    ),
  );
}
