import type { CliIo } from '../cli-io.js';
import { errorReport, formatError, type ErrorStyle } from '../output/print-error.js';
import { printable } from '../output/printable.js';
import { count, formatBytes } from '../output/quantity.js';
import type { PulledModel } from './pull-model.js';

/** What became of one reference. */
export type PullOutcome = PulledModel | { readonly reference: string; readonly error: unknown };

export interface PullStyle extends ErrorStyle {
  readonly quiet?: boolean;
}

export function printPullOutcome(outcome: PullOutcome, io: CliIo, style: PullStyle): void {
  if (style.json === true) io.stdout.write(`${JSON.stringify(outcomeJson(outcome))}\n`);
  else if ('error' in outcome) {
    const report = errorReport(outcome.error);
    const message = `${outcome.reference}: ${report.message}`;
    io.stderr.write(formatError({ ...report, message }, io, style));
  } else if (style.quiet !== true) io.stdout.write(`${printable(outcomeText(outcome))}\n`);
}

function outcomeJson(outcome: PullOutcome): object {
  const { reference } = outcome;
  if ('error' in outcome) {
    const { code, message, remedy } = errorReport(outcome.error);
    return { reference, error: { code, message, remedy } };
  }
  const { resolved, variants, downloaded } = outcome;
  const { modelId: id, version = null, stale } = resolved.package;
  const model = { id, version, registry: resolved.registry };
  return { reference, model, ...(stale === undefined ? {} : { stale }), downloaded, variants };
}

function outcomeText({ reference, resolved, variants, downloaded }: PulledModel): string {
  const { modelId, version } = resolved.package;
  const model = `${resolved.registry}:${modelId}${version === undefined ? '' : `@${version}`}`;
  const files = variants.flatMap((variant) => variant.files);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const what = variants.map(({ id }) => id).join(', ');
  const how = downloaded ? 'pulled' : 'here already';
  return `${reference}: ${how}, ${model}, ${what}, ${count(files.length, 'file')}, ${formatBytes(bytes)}`;
}
