import {
  candidateName,
  choose,
  formatViolation,
  hardwareLine,
  readHardware,
  type CandidateFigures,
  type Choice,
} from '@care/benchmark';
import type { CliIo } from '../cli-io.js';
import type { SelectCommandOptions } from '../commands/select.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import { selectionRequest } from '../options/constraint-options.js';
import { definedOnly } from '../options/defined-only.js';
import { usageError } from '../options/usage-error.js';
import { colorsFor, type Colors } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { formatTable } from '../output/table.js';
import { profileStore } from '../profiles/profile-store.js';
import { figure, percent } from '../bench/bench-figures.js';

/** @returns the exit code */
export async function runSelect(
  models: readonly string[],
  options: SelectCommandOptions,
  io: CliIo,
): Promise<number> {
  const { task, incumbent, json } = options;
  if (models.length === 0 && task === undefined)
    throw usageError('Nothing is named to choose from.', 'Name models, or a task with --task.');
  await using care = await openCare(options, io);
  const choice = await choose(care, {
    ...selectionRequest(options),
    ...definedOnly({ task, incumbent }),
    ...(models.length === 0 ? {} : { models }),
    store: profileStore(options.profiles, io),
  });
  if (json === true) io.stdout.write(`${JSON.stringify(selectJson(choice))}\n`);
  else io.stdout.write(selectText(choice, colorsFor(io.stdout, io, options.color)));
  return EXIT.done;
}

function selectJson({ selection, reference, load }: Choice) {
  const { chosen, keptIncumbent, runnersUp, rejected, front, basis } = selection;
  return {
    chosen: { reference, load, ...plain(chosen), score: chosen.score, keptIncumbent },
    runnersUp: runnersUp.map((one) => ({ ...plain(one), score: one.score, behind: one.behind })),
    rejected: rejected.map((one) => ({ ...plain(one), violations: one.violations })),
    front: front.map(({ key }) => key),
    accuracy: basis ?? null,
    machine: readHardware(),
  };
}

function plain({ key, profile, latency, accuracy, throughput, memoryMb, sizeMb, loadMs }: CandidateFigures) {
  return {
    ...{ key, name: candidateName(profile), latency: latency ?? null },
    accuracy: accuracy === undefined ? null : { ...accuracy, replicates: undefined },
    ...{ throughput: throughput ?? null, memoryMb: memoryMb ?? null, sizeMb, loadMs },
  };
}

function selectText({ selection, load }: Choice, colors: Colors): string {
  const { chosen, keptIncumbent, runnersUp, rejected, front, basis } = selection;
  const onFront = new Set(front.map(({ key }) => key));
  const row = (one: CandidateFigures, verdict: string, why: string): string[] => [
    verdict,
    printable(candidateName(one.profile)) + (onFront.has(one.key) ? ' *' : ''),
    one.latency === undefined ? '-' : `<${figure(one.latency.upper)}`,
    one.accuracy === undefined ? '-' : `>${one.accuracy.low.toFixed(3)}`,
    one.throughput === undefined ? '-' : `>${figure(one.throughput)}`,
    one.memoryMb === undefined ? '-' : figure(one.memoryMb),
    figure(one.loadMs),
    why,
  ];
  const percentile = chosen.latency?.percentile;
  const table = formatTable(
    [
      { title: '' },
      { title: 'candidate' },
      { title: percentile === undefined ? 'latency' : `p${percentile} ms`, align: 'right' },
      { title: 'accuracy', align: 'right' },
      { title: 'images/s', align: 'right' },
      { title: 'peak MB', align: 'right' },
      { title: 'load ms', align: 'right' },
      { title: 'because' },
    ],
    [
      row(
        chosen,
        colors.green('chosen'),
        keptIncumbent ? 'runs now, and nothing is better beyond doubt' : 'best by the objective',
      ),
      ...runnersUp.map((one) => row(one, 'fits', behindText(one.behind))),
      ...rejected.map((one) =>
        row(one, colors.dim('rejected'), one.violations.map(formatViolation).join('; ')),
      ),
    ],
  );
  const accuracy = basis === undefined ? '' : `Accuracy is ${basis.metric}, ${basis.kind}. `;
  return `${table}${accuracy}Bounds are shown, not points; * is on the Pareto front of latency and accuracy.
It is loaded by ${printable(JSON.stringify(load))}.
Measured on ${printable(hardwareLine(chosen.profile.identity.hardware))}.\n`;
}

function behindText({ value, low }: { readonly value: number; readonly low: number }): string {
  if (!(low > 0)) return 'no difference that could be shown';
  return `${percent(Math.expm1(value))} behind`;
}
