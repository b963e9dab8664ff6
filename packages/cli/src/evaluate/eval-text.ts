import { worstFirst, type Measure } from '@care/vision';
import { printable } from '../output/printable.js';
import { count, formatDuration } from '../output/quantity.js';
import { formatTable } from '../output/table.js';
import { classTable, type ClassTableRow } from './class-table.js';
import { modelName, type EvalOutcome } from './eval-outcome.js';
import { figureName, figureText } from './figure-text.js';
import { topConfusions } from './top-confusions.js';

/** More rows than this are not read; those that need it most are shown, and the report and `--json` have all. */
const MAX_CLASSES = 100;
const SHOWN_CLASSES = 40;
const SHOWN_CONFUSIONS = 8;
const SHOWN_IMAGES = 5;

/** The evaluation for people. */
export function evalText(outcome: EvalOutcome): string {
  const { evaluation } = outcome;
  const objects = evaluation.task === 'classification' ? '' : `, ${count(evaluation.truthCount, 'object')}`;
  const title = `${modelName(outcome)}, ${evaluation.task}: ${count(evaluation.imageCount, 'picture')}${objects}\n`;
  const parts = [
    title,
    ...evaluation.measures.map(measureText),
    classesText(outcome),
    confusionsText(outcome),
    worstText(outcome),
    summaryText(outcome),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const FIGURES_A_LINE = 3;

function measureText({ title, figures }: Measure): string {
  const cells = Object.entries(figures).flatMap(([key, figure]) => [figureName(key), figureText(figure)]);
  const rows: string[][] = [];
  for (let at = 0; at < cells.length; at += 2 * FIGURES_A_LINE) {
    rows.push(cells.slice(at, at + 2 * FIGURES_A_LINE));
  }
  const columns = Array.from({ length: FIGURES_A_LINE }, () => [
    { title: '' },
    { title: '', align: 'right' as const },
  ]);
  return `${title}\n${formatTable(columns.flat(), rows, '  ')}`;
}

function classesText({ evaluation }: EvalOutcome): string {
  const { columns, rows } = classTable(evaluation);
  if (rows.length === 0) return '';
  const shown = rows.length <= MAX_CLASSES ? rows : hardest(rows);
  const what = evaluation.task === 'classification' ? 'pictures' : 'objects';
  const table = formatTable(
    [
      { title: 'class' },
      { title: what, align: 'right' },
      ...columns.map((title) => ({ title, align: 'right' as const })),
    ],
    shown.map(({ name, truthCount, figures }) => [
      printable(name),
      String(truthCount),
      ...figures.map(figureText),
    ]),
    '  ',
  );
  const more =
    shown.length === rows.length ? '' : `  (the ${shown.length} worst of ${rows.length} classes)\n`;
  return `per class\n${table}${more}`;
}

/** Classes that were to be found, by their first figure. */
function hardest(rows: readonly ClassTableRow[]): ClassTableRow[] {
  const first = ({ figures }: ClassTableRow): number => figures.find((figure) => figure !== null) ?? 0;
  return rows
    .filter(({ truthCount }) => truthCount > 0)
    .toSorted((a, b) => first(a) - first(b))
    .slice(0, SHOWN_CLASSES);
}

function confusionsText({ evaluation }: EvalOutcome): string {
  const pairs = topConfusions(evaluation.confusion, SHOWN_CONFUSIONS);
  if (pairs.length === 0) return '';
  const rows = pairs.map(({ truth, predicted, count: times }) => [
    printable(truth),
    printable(predicted),
    String(times),
  ]);
  const columns = [{ title: 'is' }, { title: 'taken for' }, { title: 'times', align: 'right' as const }];
  return `most often confused\n${formatTable(columns, rows, '  ')}`;
}

function worstText({ evaluation, images }: EvalOutcome): string {
  const worst = worstFirst(evaluation.images)
    .filter(({ mistakes }) => mistakes > 0)
    .slice(0, SHOWN_IMAGES);
  if (worst.length === 0) return '';
  const rows = worst.map(({ id, score, note }) => [
    printable(images.find((image) => image.id === id)?.name ?? String(id)),
    score.toFixed(2),
    printable(note),
  ]);
  const columns = [{ title: 'worst pictures' }, { title: 'score', align: 'right' as const }, { title: '' }];
  return formatTable(columns, rows);
}

function summaryText({ evaluation, failures, elapsedMs, servedBy, package: { task } }: EvalOutcome): string {
  const { imageCount } = evaluation;
  const rate = ((imageCount * 1000) / Math.max(1, elapsedMs)).toFixed(1);
  const { registry, id, version, variant, backend, device } = servedBy;
  const name = `${registry}:${id}${version === undefined ? '' : `@${version}`}`;
  return [
    `${imageCount} done, ${failures.length} failed in ${formatDuration(elapsedMs)} (${rate} images/s)`,
    `model: ${name}, variant ${variant}, on ${backend}/${device}, ${task}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}
