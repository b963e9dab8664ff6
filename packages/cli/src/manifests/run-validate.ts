import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { formatProblem, isError, type ManifestProblem } from '@care/model-manifest';
import { validateDirectory, type ValidationReport } from '@care/registry-local-onnx';
import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { hostRoot } from '../host/host-root.js';
import { modelsFolder } from '../host/models-folder.js';
import type { CommonOptions } from '../options/common-options.js';
import { usageError } from '../options/usage-error.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { count } from '../output/quantity.js';
import { shownPath } from '../predict/annotated-names.js';

/** Checks all manifests of a folder and reports every problem of every file. @returns the exit code */
export async function runValidate(
  directory: string | undefined,
  options: CommonOptions,
  io: CliIo,
): Promise<number> {
  const named = directory ?? options.modelsDir;
  const folder =
    named === undefined
      ? modelsFolder(undefined, hostRoot(io.cwd, options.root) ?? io.cwd, io)
      : resolve(io.cwd, named);
  if (named !== undefined) checkFolder(named, folder, io.cwd);
  const report = await validateDirectory(folder, { signal: io.signal });
  if (options.json === true) io.stdout.write(`${JSON.stringify(report)}\n`);
  else printReport(report, options, io);
  return report.errors === 0 ? EXIT.done : EXIT.failed;
}

function checkFolder(named: string, folder: string, cwd: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined)
    throw usageError(`"${named}" does not exist.`, 'Name the folder that holds the manifests.');
  if (stats.isDirectory()) return;
  const around = shownPath(dirname(folder), cwd);
  throw usageError(
    `"${named}" is a file.`,
    `Name its folder, whose manifests are all checked: care validate ${around}`,
  );
}

function printReport(report: ValidationReport, options: CommonOptions, io: CliIo): void {
  const colors = colorsFor(io.stdout, io, options.color);
  for (const problem of report.problems) {
    const text = printable(formatProblem(fromHere(problem, report.directory, io.cwd)));
    io.stdout.write(`${isError(problem) ? colors.red(text) : colors.yellow(text)}\n`);
  }
  const valid = report.models.filter((model) => model.valid).length;
  const counts = [count(report.errors, 'error'), count(report.warnings, 'warning')].join(', ');
  const verdict = report.errors === 0 ? colors.green('ok') : colors.red('not valid');
  const where = printable(shownPath(report.directory, io.cwd));
  io.stdout.write(
    `${verdict}: ${valid} of ${count(report.models.length, 'manifest')} valid in ${where}; ${counts}\n`,
  );
}

/** Files as an editor opens them from where the user is, not relative to the models folder. */
function fromHere(problem: ManifestProblem, directory: string, cwd: string): ManifestProblem {
  return { ...problem, file: shownPath(join(directory, ...relativeTo(problem.file, directory)), cwd) };
}

const relativeTo = (file: string, directory: string): string[] => (file === directory ? [] : file.split('/'));
