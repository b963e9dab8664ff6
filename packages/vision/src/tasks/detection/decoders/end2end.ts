import { CareError } from '@care/registry-core';
import { outputNumbers } from '../../tensor-numbers.js';
import type { BoundDecoder, DecoderContext, DecoderFit, DetectionDecoder } from '../decoder.js';
import {
  channelsFit,
  channelsText,
  extraChannels,
  gridCellCounts,
  MAX_QUERY_ROWS,
  no,
  onlyRank3,
  shapeOf,
  shapeText,
  wrongBatch,
  wrongShape,
} from '../decoder.js';

/**
 * End-to-end models (YOLOv10, YOLO26, Ultralytics exports with NMS inside): [1, rows, 6] of x1, y1, x2, y2 in input pixels,
 * score, class id; rows without a detection have score 0. Also YOLOv7's [rows, 7]: batch index, x1, y1, x2, y2, class id,
 * score. No suppression follows. Sources: THU-MIG/yolov10, Ultralytics and WongKinYiu/yolov7 exports.
 */
export const end2end: DetectionDecoder = {
  name: 'end2end',
  aliases: ['yolov10', 'yolo26', 'yolov26', 'yolov7-end2end', 'nms'],
  reads: '[1, rows, 6]: x1, y1, x2, y2, score, class id (or [rows, 7] with a leading batch index)',
  fits,
  bind,
};

function fits(context: DecoderContext): DecoderFit {
  const { model, signature, input } = context;
  const [first] = signature.outputs;
  if (first !== undefined && signature.outputs.length === 1 && first.shape.length === 2) {
    return shapeOf(first)[1] === 7
      ? { fit: 'certain' }
      : no(`${first.name} ${shapeText(first.shape)} has not 7 columns`);
  }
  const spec = onlyRank3(signature.outputs);
  if (spec === undefined) return no('exactly one output of three dimensions is expected');
  const otherBatch = wrongBatch(context, spec);
  if (otherBatch !== undefined) return no(otherBatch);
  const [, rows, columns] = shapeOf(spec);
  const extra = extraChannels(context);
  if (columns !== undefined && !channelsFit(columns, 6, extra)) {
    return no(`${spec.name} ${shapeText(spec.shape)} has ${columns} columns, not ${channelsText(6, extra)}`);
  }
  const cells = gridCellCounts(input);
  const isGrid = rows !== undefined && cells.some((count) => rows === count || rows === 3 * count);
  // With two classes, 4 + classes is 6 as well.
  const lookalike = model.classNames.length === 2;
  const few = rows !== undefined && rows <= MAX_QUERY_ROWS;
  return {
    fit:
      columns !== undefined && extra !== undefined && few && !isGrid && !lookalike ? 'certain' : 'possible',
  };
}

function bind(context: DecoderContext): BoundDecoder {
  const { model, signature } = context;
  const classes = model.classNames.length;
  const extra = extraChannels(context);
  const spec = onlyRank3(signature.outputs);
  const name = (spec ?? signature.outputs[0])?.name ?? '';
  const stated = spec === undefined ? undefined : shapeOf(spec)[2];
  return {
    final: true,
    masks: 'coefficients',
    batchable: spec !== undefined,
    extraCount: stated === undefined ? undefined : stated - 6,
    decode(outputs, settings, candidates) {
      const { data, dims } = outputNumbers(outputs, name);
      const batched = dims.length === 2 && dims[1] === 7;
      if (!batched && !(dims.length === 3 && dims[0] === 1 && channelsFit(dims[2] ?? 0, 6, extra))) {
        throw wrongShape(name, dims, `[1, rows, ${channelsText(6, extra)}] or [rows, 7]`);
      }
      const rows = (batched ? dims[0] : dims[1]) ?? 0;
      const columns = (batched ? 7 : dims[2]) ?? 0;
      const box = batched ? 1 : 0;
      const [scoreAt, classAt] = batched ? [6, 5] : [4, 5];
      for (let row = 0, at = 0; row < rows; row++, at += columns) {
        const score = data[at + scoreAt] ?? 0;
        if (!(score >= settings.confidence)) continue;
        const classId = Math.round(data[at + classAt] ?? 0);
        checkClassId(classId, classes, model.modelId);
        const from = at + box;
        candidates.add(
          data[from] ?? 0,
          data[from + 1] ?? 0,
          data[from + 2] ?? 0,
          data[from + 3] ?? 0,
          score,
          classId,
          row,
        );
      }
      if (!batched) candidates.extra = { data, first: 6, rowStep: columns, step: 1, count: columns - 6 };
    },
  };
}

/** @throws CareError MODEL_INCOMPATIBLE when the model names a class that the package does not have */
export function checkClassId(classId: number, classes: number, modelId: string): void {
  if (classId >= 0 && classId < classes) return;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${modelId}: the output names class id ${classId}, the package names ${classes} classes (0 to ${classes - 1})`,
    { remedy: 'Correct class_names of the manifest, or state another `postprocessing.decoder`.' },
  );
}
