import { BENCHED_TASKS } from './benched-tasks.mjs';

const COLUMNS = [
  ['ratio', 'ratio', 3],
  ['limit', 'limit', 2],
  ['predict', 'predict_ms', 2],
  ['run', 'run_ms', 2],
  ['added', 'overhead_ms', 2],
  ['queue', 'queue_ms', 2],
  ['preprocess', 'preprocess_ms', 2],
  ['inference', 'inference_ms', 2],
  ['postprocess', 'postprocess_ms', 2],
  ['transport', 'transport_ms', 2],
  ['transfer', 'ratio_with_transfer', 3],
];

/** One line for each task: ratios, and milliseconds (medians) of a prediction's stages. */
export function printOverheadTable(figures) {
  const rows = Object.entries(BENCHED_TASKS)
    .filter(([task]) => task in figures)
    .map(([task, { limit }]) => {
      const measured = { ...figures[task], limit };
      return [task, ...COLUMNS.map(([, figure, digits]) => measured[figure]?.toFixed(digits) ?? '')];
    });
  const head = ['', ...COLUMNS.map(([title]) => title)];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at].length)));
  for (const row of [head, ...rows]) {
    console.log(
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '),
    );
  }
  const { loop_p99_ms: p99, loop_max_ms: max, idle_loop_p99_ms: idle } = figures;
  const { rounds, threads, isolation, load_average: load } = figures;
  console.log(
    '\nratio = predict over run; "transfer" = the same when the frame is given away; times in ms, medians',
  );
  console.log(`event loop of the host: p99 ${p99} ms (idle ${idle} ms), longest ${max} ms`);
  console.log(
    `${rounds} rounds, ${threads} threads, isolation ${isolation}, load average ${load.join(' to ')}`,
  );
}
