import type { TaskTable } from '@care/vision';
import type { ModelPackage } from '@care/registry-core';
import type { CliIo } from '../cli-io.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { count, formatDuration } from '../output/quantity.js';
import { formatTable, type Column } from '../output/table.js';
import { shownPath } from './annotated-names.js';
import { printImageFailure } from './image-failure.js';
import type { OutcomePrinter } from './outcome.js';

export interface TablePrinterOptions {
  readonly color: boolean;
  readonly verbose?: boolean;
  /** Thresholds in force, to say what "nothing" means. */
  readonly confidence: number;
  readonly model: Pick<ModelPackage, 'classNames'>;
  /** How the model's task shows its predictions. */
  readonly table: TaskTable;
}

/** For people: a headline and a table for each picture; failures on stderr. */
export function createTablePrinter(io: CliIo, options: TablePrinterOptions): OutcomePrinter {
  const colors = colorsFor(io.stdout, io, options.color);
  const { table } = options;
  const noun = table.noun(options.model);
  const columns: readonly Column[] = [
    { title: 'class' },
    { title: 'confidence', align: 'right' },
    ...table.columns.map(({ title }): Column => ({ title, align: 'right' })),
  ];
  return {
    image(outcome) {
      if ('error' in outcome) {
        printImageFailure(outcome.image, outcome.error, io, options);
        return;
      }
      const { image, prediction, saved } = outcome;
      const { width, height, predictions, timings } = prediction;
      const found = predictions.length === 0 ? 'nothing' : count(predictions.length, ...noun);
      const facts = `${width} x ${height}, ${found}, ${formatDuration(timings.total - timings.queue)}`;
      io.stdout.write(`${colors.bold(printable(image))}  ${colors.dim(facts)}\n`);
      if (predictions.length === 0) {
        io.stdout.write(`  nothing found with a confidence of ${options.confidence} or more\n`);
      } else {
        const rows = predictions.map((item) => [
          printable(item.class),
          item.confidence.toFixed(2),
          ...table.columns.map((column) => column.cell(item, prediction)),
        ]);
        io.stdout.write(formatTable(columns, rows, '  '));
      }
      if (saved !== undefined) io.stdout.write(`  saved: ${printable(shownPath(saved, io.cwd))}\n`);
      io.stdout.write('\n');
    },
    end: () => undefined,
  };
}
