import type { Model } from '@care/model-manager';
import { taskFor } from '@care/vision';
import type { CliIo } from '../cli-io.js';
import type { PredictCommandOptions } from '../commands/predict.js';
import { createCarePrinter, createCocoPrinter, createRoboflowPrinter } from './json-printers.js';
import type { OutcomePrinter } from './outcome.js';
import { createTablePrinter } from './table-printer.js';

/** The form that was asked for: `--format`, `--json` alone (care), or the table for people. */
export function createPrinter(options: PredictCommandOptions, model: Model, io: CliIo): OutcomePrinter {
  const { color, verbose = false } = options;
  switch (options.format ?? (options.json === true ? 'care' : 'table')) {
    case 'care':
      return createCarePrinter(io);
    case 'roboflow':
      return createRoboflowPrinter(io, model);
    case 'coco':
      return createCocoPrinter(io, model, { color, verbose });
    case 'table': {
      const confidence = options.confidence ?? model.package.postprocessing.confidenceThreshold;
      const { table } = taskFor(model.package.task);
      return createTablePrinter(io, { color, verbose, confidence, model: model.package, table });
    }
  }
}
