import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { isCareError } from '@care/registry-core';
import {
  evaluateDataset,
  openDataset,
  taskFor,
  type Dataset,
  type EvaluateDatasetOptions,
  type OpenDatasetOptions,
} from '@care/vision';
import type { Model } from '@care/model-manager';
import type { CliIo } from '../cli-io.js';
import type { EvalCommandOptions } from '../commands/eval.js';
import { EXIT } from '../exit-code.js';
import { inFlight, loadModel } from '../host/load-model.js';
import { openCare } from '../host/open-care.js';
import { definedOnly } from '../options/defined-only.js';
import { usageError } from '../options/usage-error.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { createProgress, noProgress, type Progress } from '../output/progress.js';
import { writeWhole } from '../output/write-whole.js';
import { printImageFailure } from '../predict/image-failure.js';
import { evalJson } from './eval-json.js';
import type { EvalOutcome } from './eval-outcome.js';
import { evalText } from './eval-text.js';
import { reportHtml } from './report/report-html.js';

/** Measures the model on the data, prints the figures and writes the report. @returns the exit code */
export async function runEval(options: EvalCommandOptions, io: CliIo): Promise<number> {
  const report = options.report === undefined ? undefined : await reportPath(options.report, io.cwd);
  await using care = await openCare(options, io);
  // Labels are read before a worker starts: a mistake in them is told at once.
  const { package: model } = await care.resolve(options.model, { signal: io.signal });
  const dataset = await openData(options, taskFor(model.task).evaluation.truth, model.keypoints?.names, io);
  await using loaded = await loadModel(care, options, io);
  const outcome = await evaluate(loaded, dataset, options, io);
  if (outcome === undefined) return EXIT.failed;
  for (const { name, error } of outcome.failures) {
    printImageFailure(name, error, io, {
      color: options.color,
      ...definedOnly<{ json: boolean; verbose: boolean }>({ json: options.json, verbose: options.verbose }),
    });
  }
  if (options.quiet !== true) printWarnings(outcome, options, io);
  io.stdout.write(options.json === true ? `${JSON.stringify(evalJson(outcome))}\n` : evalText(outcome));
  if (report !== undefined) {
    await writeWhole(report, await reportHtml(outcome, options.worst, io.signal), 'The report');
    if (options.quiet !== true && options.json !== true) io.stdout.write(`report: ${options.report ?? ''}\n`);
  }
  return outcome.failures.length > 0 ? EXIT.failed : EXIT.done;
}

function openData(
  { data, dataFormat, images }: EvalCommandOptions,
  truth: OpenDatasetOptions['truth'],
  keypoints: readonly string[] | undefined,
  io: CliIo,
): Promise<Dataset> {
  return openDataset(resolve(io.cwd, data), {
    truth,
    ...definedOnly<Omit<OpenDatasetOptions, 'truth'>>({
      format: dataFormat,
      images: images === undefined ? undefined : resolve(io.cwd, images),
      keypoints: keypoints?.length,
    }),
  });
}

/** Undefined when it was interrupted: figures of a part would be taken for those of the whole. */
async function evaluate(
  model: Model,
  dataset: Dataset,
  options: EvalCommandOptions,
  io: CliIo,
): Promise<EvalOutcome | undefined> {
  const { confidence, iou, maxDetections, workingConfidence, limit, quiet } = options;
  const begin = performance.now();
  let progress: Progress = noProgress;
  let begun = { done: 0, total: dataset.images.length };
  try {
    const evaluated = await evaluateDataset(model, dataset, {
      ...definedOnly<EvaluateDatasetOptions>({ confidence, iou, maxDetections, workingConfidence, limit }),
      concurrency: inFlight(options.replicas),
      signal: io.signal,
      onImage: (done, total) => {
        if (done === 1 && quiet !== true) progress = createProgress(io.stderr, { total, unit: 'images' });
        begun = { done, total };
        progress.tick();
      },
    });
    return {
      ...evaluated,
      ...{ servedBy: model.servedBy, package: model.package, dataset, data: options.data },
      elapsedMs: performance.now() - begin,
    };
  } catch (error) {
    if (!io.signal.aborted || !isCareError(error, 'ABORTED')) throw error;
    progress.stop();
    if (quiet !== true) {
      io.stderr.write(`Interrupted after ${begun.done} of ${begun.total} pictures: no figures.\n`);
    }
    return undefined;
  } finally {
    progress.stop();
  }
}

function printWarnings({ warnings }: EvalOutcome, options: EvalCommandOptions, io: CliIo): void {
  const colors = colorsFor(io.stderr, io, options.color);
  for (const text of warnings) io.stderr.write(`${colors.yellow('warning:')} ${printable(text)}\n`);
}

/** Checked before the work, which may take long. */
async function reportPath(file: string, cwd: string): Promise<string> {
  const path = resolve(cwd, file);
  const isFolder = async (place: string): Promise<boolean> =>
    (await stat(place).catch(() => undefined))?.isDirectory() === true;
  if ((await isFolder(dirname(path))) && !(await isFolder(path))) return path;
  throw usageError(`--report ${file}: cannot be written there.`, 'Name a file in a folder that exists.');
}
