import { outputNumbers } from '../../tensor-numbers.js';
import type { BoundDecoder, DecoderContext, DecoderFit, DetectionDecoder } from '../decoder.js';
import {
  channelsFit,
  channelsText,
  extraChannels,
  gridCellCounts,
  no,
  onlyRank3,
  shapeOf,
  shapeText,
  wrongBatch,
  wrongShape,
} from '../decoder.js';
import { forObjectnessRows } from './objectness-rows.js';

/**
 * YOLOv5 and v7 (also v6, whose objectness is 1): [1, anchors, 5 + classes]; box centre, width, height in input pixels,
 * objectness, class probabilities; score = objectness x class. Source: ultralytics/yolov5 and WongKinYiu/yolov7 exports.
 */
export const yolov5: DetectionDecoder = {
  name: 'yolov5',
  aliases: ['yolov6', 'yolov7'],
  reads: '[1, anchors, 5 + classes]: cx, cy, w, h, objectness, class scores',
  fits,
  bind,
};

/** [1, rows, 5 + classes]; `rowsPerCell` rows for each grid cell make it certain. */
export function objectnessFit(context: DecoderContext, rowsPerCell: number): DecoderFit {
  const { model, signature, input } = context;
  const spec = onlyRank3(signature.outputs);
  if (spec === undefined) return no('exactly one output of three dimensions is expected');
  const otherBatch = wrongBatch(context, spec);
  if (otherBatch !== undefined) return no(otherBatch);
  const [, rows, channels] = shapeOf(spec);
  const classes = model.classNames.length;
  const extra = extraChannels(context);
  if (channels !== undefined && !channelsFit(channels, 5 + classes, extra)) {
    return no(
      `${spec.name} ${shapeText(spec.shape)}: the package names ${classes} classes, so ${channelsText(5 + classes, extra)} numbers a row are expected, found ${channels}`,
    );
  }
  const cells = gridCellCounts(input).some((count) => count * rowsPerCell === rows);
  return { fit: channels !== undefined && cells && extra !== undefined ? 'certain' : 'possible' };
}

function fits(context: DecoderContext): DecoderFit {
  return objectnessFit(context, 3);
}

function bind(context: DecoderContext): BoundDecoder {
  const classes = context.model.classNames.length;
  const extra = extraChannels(context);
  const spec = onlyRank3(context.signature.outputs);
  const name = spec?.name ?? '';
  const stated = spec === undefined ? undefined : shapeOf(spec)[2];
  return {
    final: false,
    masks: 'coefficients',
    extraCount: stated === undefined ? undefined : stated - 5 - classes,
    decode(outputs, settings, candidates) {
      const { data, dims } = outputNumbers(outputs, name);
      const [batch, rows = 0, channels = 0] = dims;
      if (dims.length !== 3 || batch !== 1 || !channelsFit(channels, 5 + classes, extra)) {
        throw wrongShape(
          name,
          dims,
          `[1, anchors, ${channelsText(5 + classes, extra)}] (${classes} classes)`,
        );
      }
      forObjectnessRows(data, rows, channels, classes, settings, (row, score, classId) => {
        const at = row * channels;
        candidates.addCentered(
          data[at] ?? 0,
          data[at + 1] ?? 0,
          data[at + 2] ?? 0,
          data[at + 3] ?? 0,
          score,
          classId,
          row,
        );
      });
      const first = 5 + classes;
      candidates.extra = { data, first, rowStep: channels, step: 1, count: channels - first };
    },
  };
}
