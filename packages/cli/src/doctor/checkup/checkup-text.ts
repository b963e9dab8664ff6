import type { ModelAgreement } from '@care/vision';
import type { CliIo } from '../../cli-io.js';
import type { CommonOptions } from '../../options/common-options.js';
import { colorsFor, type Colors } from '../../output/colors.js';
import { printable } from '../../output/printable.js';
import { count } from '../../output/quantity.js';
import { formatTable } from '../../output/table.js';
import { wayText, type CheckedWay, type CheckupPictures, type CheckupReport } from './checkup-report.js';

const SHOWN_PICTURES = 4;

/** What was found for people: one row for each way to run the model, then the reasons. */
export function checkupText(report: CheckupReport, options: CommonOptions, io: CliIo): string {
  const colors = colorsFor(io.stdout, io, options.color);
  const { model, version, registry, task, reference, ways, pictures } = report;
  const name = version === undefined ? model : `${model}@${version}`;
  const head = [
    `model      ${printable(name)} of ${printable(registry)}, ${printable(task)}`,
    `reference  ${reference === undefined ? 'none could be opened' : printable(wayText(reference))}`,
    `pictures   ${picturesText(pictures)}`,
  ];
  const columns = [
    ...[{ title: 'variant' }, { title: 'precision' }, { title: 'backend' }, { title: 'device' }],
    ...(['max error', 'relative', 'finds', 'agreement'] as const).map((title) => ({
      title,
      align: 'right' as const,
    })),
    { title: 'verdict' },
  ];
  const table = formatTable(
    columns,
    ways.map((way) => row(way, colors)),
  );
  const reasons = ways.filter((way) => way.reasons.length > 0).flatMap((way) => reasonLines(way, colors));
  return `${head.join('\n')}\n\n${table}${reasons.map((line) => `${line}\n`).join('')}\n${summary(report, colors)}\n`;
}

function picturesText({ from, names }: CheckupPictures): string {
  const shown = names.slice(0, SHOWN_PICTURES).map(printable).join(', ');
  const more = names.length > SHOWN_PICTURES ? `, and ${names.length - SHOWN_PICTURES} more` : '';
  if (from === 'generated') return `${names.length} generated; --image names real ones, which tell more`;
  return `${names.length}${from === 'probes' ? ' of the package' : ''}: ${shown}${more}`;
}

function row(
  { variant, precision, backend, device, verdict, agreement }: CheckedWay,
  colors: Colors,
): string[] {
  return [
    ...[variant, precision, backend, device ?? '-'].map(printable),
    ...(agreement === undefined ? ['', '', '', ''] : figures(agreement)),
    verdictText(verdict, colors),
  ];
}

function figures({ tensors, predictions }: ModelAgreement): string[] {
  const errors = tensors.outputs.flatMap((output) => output.errors ?? []);
  const greatest = (of: (one: (typeof errors)[number]) => number): string =>
    errors.length === 0 ? '-' : short(Math.max(...errors.map(of)));
  const { agreement, measure, reference, candidate } = predictions;
  return [
    greatest(({ maxAbsolute }) => maxAbsolute),
    greatest(({ maxRelative }) => maxRelative),
    measure === 'top-1' ? '-' : `${candidate.count} of ${reference.count}`,
    agreement === undefined ? '-' : `${(100 * agreement).toFixed(1)} % ${measure}`,
  ];
}

const short = (value: number): string =>
  value === 0 ? '0' : value.toPrecision(2).replace('e+0', 'e').replace('e+', 'e');

function verdictText(verdict: CheckedWay['verdict'], colors: Colors): string {
  switch (verdict) {
    case 'agrees':
      return colors.green(verdict);
    case 'reference':
      return colors.bold(verdict);
    case 'differs':
      return colors.yellow(verdict);
    case 'broken':
      return colors.red(verdict);
    case 'not run':
      return colors.dim(verdict);
  }
}

function reasonLines(way: CheckedWay, colors: Colors): string[] {
  const title = `${printable(wayText(way))}: ${verdictText(way.verdict, colors)}`;
  return ['', title, ...way.reasons.map((reason) => `  ${printable(reason)}`)];
}

function summary({ ways, reference }: CheckupReport, colors: Colors): string {
  const broken = ways.filter(({ verdict }) => verdict === 'broken');
  if (broken.length > 0) {
    return colors.red(`Broken: ${broken.map((way) => printable(wayText(way))).join(', ')}.`);
  }
  if (reference === undefined) return colors.red('Nothing could be run.');
  const compared = ways.filter(({ agreement }) => agreement !== undefined);
  if (compared.length === 0) {
    return 'There is one way to run it here: nothing to compare it with. It answers, and its numbers are alive.';
  }
  const differing = compared.filter(({ verdict }) => verdict === 'differs').length;
  if (differing > 0)
    return colors.yellow(
      `${count(differing, 'way')} to run it ${differing === 1 ? 'differs' : 'differ'} from the reference.`,
    );
  return colors.green('All ways to run it agree.');
}
