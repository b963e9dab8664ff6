import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Model, ModelPredictOptions } from '@care/model-manager';
import { taskFor } from '@care/vision';
import type { CliIo } from '../cli-io.js';
import type { PredictCommandOptions } from '../commands/predict.js';
import { EXIT } from '../exit-code.js';
import { inFlight, loadModel } from '../host/load-model.js';
import { openCare } from '../host/open-care.js';
import { expandImages } from '../inputs/expand-images.js';
import { boxesOption, type BoxesOf } from '../options/boxes-option.js';
import { definedOnly } from '../options/defined-only.js';
import { usageError } from '../options/usage-error.js';
import { createProgress, noProgress, type Progress } from '../output/progress.js';
import { annotatedNames } from './annotated-names.js';
import { createPrinter } from './create-printer.js';
import { mapInOrder } from './map-in-order.js';
import type { Outcome } from './outcome.js';
import { saveAnnotated } from './save-annotated.js';
import { formatSummary, PredictSummary } from './predict-summary.js';

/** Predicts every picture, prints each result in order, and tells how it went. @returns the exit code */
export async function runPredict(
  inputs: readonly string[],
  options: PredictCommandOptions,
  io: CliIo,
): Promise<number> {
  const images = await expandImages(inputs, {
    cwd: io.cwd,
    recursive: options.recursive === true,
    signal: io.signal,
    ...(options.save === undefined ? {} : { exclude: options.save }),
  });
  const boxesOf =
    options.boxes === undefined ? undefined : boxesOption(options.boxes, (file) => resolve(io.cwd, file));
  const saveTo = options.save === undefined ? undefined : await makeDirectory(options.save, io.cwd);
  await using care = await openCare(options, io);
  await using model = await loadModel(care, options, io);
  return await predictAll({ images, boxesOf, saveTo }, model, options, io);
}

interface Work {
  readonly images: readonly string[];
  readonly boxesOf: BoxesOf | undefined;
  /** Folder of annotated pictures. */
  readonly saveTo: string | undefined;
}

async function predictAll(
  { images, boxesOf, saveTo }: Work,
  model: Model,
  options: PredictCommandOptions,
  io: CliIo,
): Promise<number> {
  const summary = new PredictSummary(images.length);
  const progress = progressOf(images, options, io);
  const printer = createPrinter(options, model, io);
  const names = saveTo === undefined ? undefined : annotatedNames(images, saveTo, io.cwd);
  const predictOptions: ModelPredictOptions = {
    ...definedOnly<ModelPredictOptions>({
      confidence: options.confidence,
      iou: options.iou,
      maxDetections: options.maxDetections,
      topK: options.topK,
    }),
    signal: io.signal,
  };
  const work = async (image: string): Promise<Outcome> => {
    try {
      const path = resolve(io.cwd, image);
      const prediction = await model.predict(path, {
        ...predictOptions,
        ...definedOnly<ModelPredictOptions>({ boxes: boxesOf?.(image) }),
      });
      const saved = names?.get(image);
      if (saved !== undefined) await saveAnnotated(path, prediction, saved, model.package.keypoints);
      return { image, prediction, ...(saved === undefined ? {} : { saved }) };
    } catch (error) {
      if (io.signal.aborted) throw error;
      return { image, error };
    }
  };
  try {
    for await (const outcome of mapInOrder(images, inFlight(options.replicas), work)) {
      summary.add(outcome);
      progress.tick();
      progress.around(() => printer.image(outcome));
      if (io.signal.aborted) break;
    }
  } catch (error) {
    if (!io.signal.aborted) throw error;
    // Interrupted: the summary says how far it came, and the exit code is the signal's.
  } finally {
    progress.stop();
    printer.end();
  }
  if (options.quiet !== true) {
    const noun = taskFor(model.package.task).table.noun(model.package);
    const stream = options.json === true || options.format !== undefined ? io.stderr : io.stdout;
    stream.write(formatSummary(summary, model.servedBy, noun, saveTo, io));
  }
  return summary.failed > 0 || summary.done < images.length ? EXIT.failed : EXIT.done;
}

function progressOf(images: readonly string[], options: PredictCommandOptions, io: CliIo): Progress {
  if (options.quiet === true || images.length < 2) return noProgress;
  return createProgress(io.stderr, { total: images.length, unit: 'images' });
}

async function makeDirectory(directory: string, cwd: string): Promise<string> {
  const path = resolve(cwd, directory);
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(
      `--save ${directory}: the folder cannot be made: ${reason}`,
      'Name a folder that exists or can be made.',
      error,
    );
  }
}
