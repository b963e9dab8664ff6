import { basename, extname } from 'node:path';
import type { Model } from '@care/model-manager';
import {
  cocoCategoryIdsFor,
  toCareJson,
  toCocoResults,
  toRoboflowResponse,
  type CocoResult,
} from '@care/vision';
import type { CliIo } from '../cli-io.js';
import { errorReport, type ErrorStyle } from '../output/print-error.js';
import { printImageFailure } from './image-failure.js';
import type { OutcomePrinter } from './outcome.js';

/** `--format care`: one object for each picture and line; a failed one tells its error. */
export function createCarePrinter(io: CliIo): OutcomePrinter {
  return {
    image: (outcome) => {
      const { image } = outcome;
      writeLine(
        io,
        'error' in outcome
          ? { image, error: shortError(outcome.error) }
          : toCareJson(image, outcome.prediction),
      );
    },
    end: () => undefined,
  };
}

/** `--format roboflow`: one inference response for each picture and line, with the path added to its `image`. */
export function createRoboflowPrinter(io: CliIo, model: Model): OutcomePrinter {
  const { multiLabel } = model.package.postprocessing;
  return {
    image: (outcome) => {
      const { image: path } = outcome;
      if ('error' in outcome) {
        writeLine(io, { image: { path }, error: shortError(outcome.error) });
        return;
      }
      const response = toRoboflowResponse({ ...outcome.prediction, multiLabel });
      writeLine(io, { ...response, image: { ...response.image, path } });
    },
    end: () => undefined,
  };
}

/**
 * `--format coco`: one array of results for all pictures, at the end. The image id is the number that the file is named by
 * (`000000000139.jpg` -> 139, as COCO's own files are), else the file's name without extension; the category ids are COCO's own for a model of
 * COCO's 80 classes, else the class ids. The form has no place for errors: they go to stderr.
 */
export function createCocoPrinter(io: CliIo, model: Model, style: ErrorStyle): OutcomePrinter {
  const results: CocoResult[] = [];
  const categoryIds = cocoCategoryIdsFor(model.package.classNames);
  return {
    image: (outcome) => {
      if ('error' in outcome) {
        printImageFailure(outcome.image, outcome.error, io, style);
        return;
      }
      const options = categoryIds === undefined ? {} : { categoryIds };
      results.push(...toCocoResults(cocoImageId(outcome.image), outcome.prediction, options));
    },
    end: () => writeLine(io, results),
  };
}

export function cocoImageId(image: string): number | string {
  const stem = basename(image, extname(image));
  const id = /^\d{1,15}$/.test(stem) ? Number(stem) : NaN;
  return Number.isSafeInteger(id) ? id : stem;
}

function shortError(error: unknown): { code: string; message: string; remedy: string } {
  const { code, message, remedy } = errorReport(error);
  return { code, message, remedy };
}

function writeLine(io: CliIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}
