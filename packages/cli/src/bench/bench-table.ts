import { summarizeProfiles, type Profile, type ProfileSummary } from '@care/benchmark';
import type { Colors } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';
import {
  accuracyText,
  againstText,
  boundedText,
  figure,
  percentileText,
  STOP_WORDS,
  throughputText,
} from './bench-figures.js';

interface BenchColumn {
  readonly title: string;
  readonly cell: (summary: ProfileSummary) => string;
  readonly align?: 'left' | 'right';
}

const percentileColumn = (percentile: number): BenchColumn => ({
  title: `p${percentile} ms`,
  align: 'right',
  cell: ({ percentiles }) => percentileText(percentiles.find((one) => one.percentile === percentile)),
});

/** The columns of every table of candidates, whatever it is written in. */
export const BENCH_COLUMNS: readonly BenchColumn[] = [
  { title: 'candidate', cell: ({ name }) => name },
  { title: 'median ms', align: 'right', cell: ({ median }) => boundedText(median) },
  percentileColumn(90),
  percentileColumn(95),
  percentileColumn(99),
  { title: 'inference', align: 'right', cell: ({ inferenceMedian }) => figure(inferenceMedian) },
  { title: 'images/s', align: 'right', cell: throughputText },
  { title: 'load ms', align: 'right', cell: ({ loadMs }) => figure(loadMs) },
  { title: 'peak MB', align: 'right', cell: ({ memory }) => (memory === null ? '-' : figure(memory.peak)) },
  { title: 'accuracy', cell: accuracyText },
  { title: 'against the fastest', cell: againstText },
  {
    title: 'runs',
    align: 'right',
    cell: ({ runs, outliers }) => (outliers === 0 ? String(runs) : `${runs} (${outliers} far out)`),
  },
  { title: 'ended', cell: ({ stop }) => STOP_WORDS[stop.reason] },
];

export function benchTable(profiles: readonly Profile[], colors: Colors): string {
  const rows = summarizeProfiles(profiles).map((summary) =>
    BENCH_COLUMNS.map(({ cell }) => {
      const text = printable(cell(summary));
      return summary.againstFastest === null ? colors.green(text) : text;
    }),
  );
  return formatTable(
    BENCH_COLUMNS.map(({ title, align }) => ({ title, ...(align === undefined ? {} : { align }) })),
    rows,
  );
}

/** The same as a table of Markdown. */
export function benchMarkdown(
  profiles: readonly Profile[],
  machine: string,
  notes: readonly string[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = BENCH_COLUMNS.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [
    line(BENCH_COLUMNS.map(({ title }) => title)),
    `| ${rule.join(' | ')} |`,
    ...summarizeProfiles(profiles).map((summary) => line(BENCH_COLUMNS.map(({ cell }) => cell(summary)))),
    '',
    `Measured on ${escaped(machine)}.`,
    ...notes.map((note) => escaped(note)),
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return printable(text).replaceAll(/[|<>\\]/g, (character) => `\\${character}`);
}
