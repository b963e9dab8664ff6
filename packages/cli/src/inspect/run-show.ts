import type { Care } from '@care/model-manager';
import { deserializeError, type ResolvedModel } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import type { ShowCommandOptions } from '../commands/show.js';
import { colorsFor } from '../output/colors.js';
import { printError } from '../output/print-error.js';
import { printable } from '../output/printable.js';
import { formatDuration } from '../output/quantity.js';
import { formatTable } from '../output/table.js';
import { choiceOf } from '../host/load-model.js';
import { warnIfStale } from '../output/warn-if-stale.js';
import { candidateTable } from './candidate-table.js';
import { describeModel } from './describe-model.js';

/** Shows one model, with `--explain` every registry's answer and every way to run it. @returns the exit code */
export async function runShow(reference: string, options: ShowCommandOptions, io: CliIo): Promise<number> {
  await using care = await openCare(options, io);
  if (options.explain === true) return await explain(care, reference, options, io);
  const resolved = await care.resolve(reference, { signal: io.signal });
  if (options.json === true) io.stdout.write(`${JSON.stringify(asJson(resolved))}\n`);
  else io.stdout.write(describeModel(resolved));
  warnIfStale(resolved, options, io);
  return EXIT.done;
}

async function explain(
  care: Care,
  reference: string,
  options: ShowCommandOptions,
  io: CliIo,
): Promise<number> {
  const explanation = await care.explain(reference, { signal: io.signal });
  const { answers, resolved, error } = explanation;
  const exitCode = resolved === undefined ? EXIT.failed : EXIT.done;
  const candidates =
    resolved === undefined ? [] : await care.negotiate(resolved, { ...choiceOf(options), signal: io.signal });
  if (resolved !== undefined) warnIfStale(resolved, options, io);
  if (options.json === true) {
    const found = resolved === undefined ? {} : { resolved: asJson(resolved), candidates };
    io.stdout.write(`${JSON.stringify({ ...explanation, ...found })}\n`);
    return exitCode;
  }
  const colors = colorsFor(io.stdout, io, options.color);
  const outcome = { found: colors.green, 'not-found': colors.dim, failed: colors.red, skipped: colors.dim };
  const rows = answers.map((answer) => [
    printable(answer.registry),
    outcome[answer.outcome](answer.outcome),
    formatDuration(answer.durationMs),
    answer.error === undefined ? '' : printable(`${answer.error.code}: ${answer.error.message}`),
  ]);
  const columns = [{ title: 'registry' }, { title: 'answer' }, { title: 'took' }, { title: 'because' }];
  io.stdout.write(formatTable(columns, rows));
  if (resolved !== undefined) {
    io.stdout.write(`\n${describeModel(resolved)}\n${candidateTable(candidates, colors)}`);
  } else if (error !== undefined) printError(deserializeError(error), io, options);
  return exitCode;
}

/** `answers` belong to the explanation, not to the model. */
function asJson(resolved: ResolvedModel): object {
  return { registry: resolved.registry, package: resolved.package };
}
