import { resolve } from 'node:path';
import {
  bench,
  candidateName,
  hardwareLine,
  machineNoise,
  picturesFrom,
  profileKey,
  readHardware,
  reportedFront,
  summarizeProfiles,
  syntheticPictures,
  type BenchOutcome,
  type MachineNoise,
  type SamplePictures,
} from '@care/benchmark';
import type { Care } from '@care/model-manager';
import { openDataset, taskFor, type OpenDatasetOptions } from '@care/vision';
import type { CliIo } from '../cli-io.js';
import type { BenchCommandOptions } from '../commands/bench.js';
import { EXIT } from '../exit-code.js';
import { openCare } from '../host/open-care.js';
import { expandImages } from '../inputs/expand-images.js';
import { selectionRequest } from '../options/constraint-options.js';
import { definedOnly } from '../options/defined-only.js';
import { colorsFor } from '../output/colors.js';
import { errorReport } from '../output/print-error.js';
import { printable } from '../output/printable.js';
import { count, formatDuration } from '../output/quantity.js';
import { writeWhole } from '../output/write-whole.js';
import { profileStore } from '../profiles/profile-store.js';
import { percent } from './bench-figures.js';
import { benchMarkdown, benchTable } from './bench-table.js';
import { benchReport } from './report/bench-report.js';
import { TimeProgress } from './time-progress.js';
import { writeBenchmarks } from './write-benchmarks.js';

/** Measures, prints, and writes what was asked for. @returns the exit code */
export async function runBench(
  models: readonly string[],
  options: BenchCommandOptions,
  io: CliIo,
): Promise<number> {
  const pictures = await picturesOf(options, io);
  await using care = await openCare(options, io);
  const outcome = await measure(care, models, options, pictures, io);
  const machine = hardwareLine(readHardware());
  const notes = notesOf(outcome, pictures);
  print(outcome, machine, notes, options, io);
  const file = (name: string): string => resolve(io.cwd, name);
  if (options.report !== undefined)
    await writeWhole(
      file(options.report),
      benchReport(outcome.profiles, machine, notes, options.percentile),
      'The report',
    );
  if (options.markdown !== undefined)
    await writeWhole(file(options.markdown), benchMarkdown(outcome.profiles, machine, notes), 'The table');
  if (options.write === true) await writeBack(care, models, outcome, io);
  return outcome.failed.length > 0 || outcome.profiles.length === 0 ? EXIT.failed : EXIT.done;
}

async function picturesOf({ pictures }: BenchCommandOptions, io: CliIo): Promise<SamplePictures> {
  if (pictures === undefined) return syntheticPictures();
  const paths = await expandImages(pictures, { cwd: io.cwd, signal: io.signal });
  return await picturesFrom(paths.map((path) => resolve(io.cwd, path)));
}

async function measure(
  care: Care,
  models: readonly string[],
  options: BenchCommandOptions,
  pictures: SamplePictures,
  io: CliIo,
): Promise<BenchOutcome> {
  const { threads, replicas, batch, only, isolation, percentile, precision, budget, levels, fresh } = options;
  const progress = new TimeProgress(io.stderr);
  const { constraints = {}, objective = 'balanced' } = selectionRequest(options);
  const data = await labelled(care, models, options, io);
  try {
    return await bench(care, {
      references: models,
      ...{ pictures, replicas, batches: batch, isolation, percentile, precision, budgetMs: budget, levels },
      ...(threads === undefined ? {} : { threads }),
      ...(only === undefined ? {} : { only }),
      ...(data === undefined ? {} : { dataset: { data, ...definedOnly({ limit: options.limit }) } }),
      search: options.search === 'halving' ? { objective, constraints } : 'exhaustive',
      store: profileStore(options.profiles, io),
      fresh: fresh === true,
      signal: io.signal,
      ...(options.quiet === true ? {} : { onProgress: (now) => progress.update(now) }),
    });
  } finally {
    progress.stop();
  }
}

async function labelled(care: Care, [first]: readonly string[], options: BenchCommandOptions, io: CliIo) {
  const { data, dataFormat, images } = options;
  if (data === undefined || first === undefined) return undefined;
  const { package: model } = await care.resolve(first, { signal: io.signal });
  return await openDataset(resolve(io.cwd, data), {
    truth: taskFor(model.task).evaluation.truth,
    ...definedOnly<Omit<OpenDatasetOptions, 'truth'>>({
      format: dataFormat,
      images: images === undefined ? undefined : resolve(io.cwd, images),
      keypoints: model.keypoints?.names.length,
    }),
  });
}

/** What a reader must know to judge the figures, one sentence each. */
function notesOf(outcome: BenchOutcome, pictures: SamplePictures): string[] {
  const noise = machineNoise(outcome.referenceTimes);
  const unsettled = outcome.profiles.filter(({ stop }) => stop.reason === 'budget').length;
  const restless = outcome.profiles.filter(({ latency }) => !latency.warmUpStable).length;
  return [
    `Each call is of ${pictures.workload.description}, from call to answer; with replicas all of them are busy.`,
    ...(outcome.blocks === 0 ? [] : [noiseNote(noise)]),
    ...(unsettled === 0
      ? []
      : [`The budget ended before ${count(unsettled, 'candidate')} had the precision that was asked for.`]),
    ...(restless === 0 ? [] : [`${count(restless, 'candidate')} did not become stable while warming up.`]),
    ...(outcome.blocks > 1
      ? [
          `There were too many processes for one block: candidates were measured in ${outcome.blocks} blocks, and only within one do rounds cancel what the machine does.`,
        ]
      : []),
    ...(outcome.reused.size === 0
      ? []
      : [`${count(outcome.reused.size, 'candidate')} known from before: --fresh measures again.`]),
    ...(outcome.unmeasured.length === 0
      ? []
      : [`Interrupted: ${count(outcome.unmeasured.length, 'candidate')} not measured.`]),
  ];
}

function noiseNote(noise: MachineNoise | undefined): string {
  if (noise === undefined)
    return 'The noise of the machine was not measured: there were fewer than 6 rounds.';
  const { spread, drift } = noise;
  return `Noise of the machine: the same work took times ${percent(spread)} apart (10th to 90th percentile), and ${percent(Math.abs(drift))} ${drift < 0 ? 'less' : 'more'} at the end than at the beginning.`;
}

function print(
  outcome: BenchOutcome,
  machine: string,
  notes: readonly string[],
  options: BenchCommandOptions,
  io: CliIo,
): void {
  for (const { spec, error } of outcome.failed) {
    const { code, message } = errorReport(error);
    io.stderr.write(
      printable(
        `${spec.reference} ${spec.variant} ${spec.backend}/${spec.device ?? '?'}: ${code}: ${message}`,
      ) + '\n',
    );
  }
  const front = reportedFront(outcome.profiles, options.percentile);
  if (options.json === true) {
    const { failed, impossible, unmeasured, reused, elapsedMs, interrupted, referenceTimes } = outcome;
    const document = {
      machine: readHardware(),
      notes,
      candidates: summarizeProfiles(outcome.profiles),
      front: front ?? null,
      noise: machineNoise(referenceTimes) ?? null,
      reused: [...reused],
      failed: failed.map(({ spec, error }) => ({ ...briefly(spec), error: errorReport(error) })),
      impossible,
      unmeasured: unmeasured.map(briefly),
      interrupted,
      elapsedMs,
    };
    io.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  if (outcome.profiles.length > 0) {
    const colors = colorsFor(io.stdout, io, options.color);
    io.stdout.write(`${benchTable(outcome.profiles, colors)}\n`);
    const names = new Map(
      outcome.profiles.map((profile) => [profileKey(profile.identity), candidateName(profile)]),
    );
    if (front !== undefined) {
      const fastestFirst = front.keys.map((key) => names.get(key) ?? key).join('; ');
      io.stdout.write(printable(`Pareto front of accuracy and p${front.percentile}: ${fastestFirst}`) + '\n');
    }
  }
  for (const note of notes) io.stdout.write(`${printable(note)}\n`);
  io.stdout.write(printable(`Measured on ${machine}, in ${formatDuration(outcome.elapsedMs)}.`) + '\n');
  for (const path of [options.report, options.markdown])
    if (path !== undefined) io.stdout.write(`written: ${path}\n`);
}

async function writeBack(
  care: Care,
  models: readonly string[],
  outcome: BenchOutcome,
  io: CliIo,
): Promise<void> {
  for (const reference of models) {
    const { package: model } = await care.resolve(reference);
    const own = outcome.profiles.filter(
      ({ subject }) => subject.model === model.modelId && subject.version === (model.version ?? null),
    );
    const measured = own.filter(({ stop }) => stop.reason !== 'eliminated');
    if (measured.length === 0) continue;
    const path = await writeBenchmarks(model, measured);
    io.stderr.write(
      path === undefined
        ? `${reference}: its benchmarks say so already\n`
        : `benchmarks written: ${printable(path)}\n`,
    );
  }
}

/** Without the description of the model, which is long. */
function briefly(spec: object): object {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'package'));
}
