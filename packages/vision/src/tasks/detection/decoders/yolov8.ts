import type { PostprocessSettings } from '../../postprocess-settings.js';
import { outputNumbers } from '../../tensor-numbers.js';
import type { Candidates } from '../candidates.js';
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

/**
 * YOLOv8, v9, 11, 12 (Ultralytics' detect head): [1, 4 + classes, anchors] or its transpose; box centre, width, height in
 * input pixels, then class probabilities; no objectness. Mask coefficients or keypoints follow.
 * Source: Ultralytics documentation of exported output shapes.
 */
export const yolov8: DetectionDecoder = {
  name: 'yolov8',
  aliases: ['yolov9', 'yolov11', 'yolo11', 'yolov12', 'yolo12', 'yolov5u', 'ultralytics'],
  reads: '[1, 4 + classes, anchors] or transposed: cx, cy, w, h, class scores',
  fits,
  bind,
};

function fits(context: DecoderContext): DecoderFit {
  const { model, signature, input } = context;
  const spec = onlyRank3(signature.outputs);
  if (spec === undefined) return no('exactly one output of three dimensions is expected');
  const otherBatch = wrongBatch(context, spec);
  if (otherBatch !== undefined) return no(otherBatch);
  const [, rows, columns] = shapeOf(spec);
  const classes = model.classNames.length;
  const extra = extraChannels(context);
  const isGrid = (size: number | undefined): boolean =>
    size !== undefined && gridCellCounts(input).includes(size);
  if (isChannels(rows, columns, classes, extra)) {
    // With unknown keypoints the other side must be a grid.
    return { fit: extra !== undefined || isGrid(columns) ? 'certain' : 'possible' };
  }
  if (isChannels(columns, rows, classes, extra)) return { fit: isGrid(rows) ? 'certain' : 'possible' };
  if (rows === undefined && columns === undefined) return { fit: 'possible' };
  const further = extra === undefined ? 'keypoint' : extra.join(' or ');
  const wanted = `4 box + ${classes} class${further === '0' ? '' : ` + ${further} further`} channels`;
  const grid = isGrid(columns) ? rows : isGrid(rows) ? columns : undefined;
  const found = grid === undefined ? '' : `, found ${grid} (${grid - 4 - (extra?.[0] ?? 0)} classes)`;
  return no(
    `${spec.name} ${shapeText(spec.shape)}: the package names ${classes} classes, so ${wanted} are expected${found}`,
  );
}

/** Unknown keypoints make nearly every size possible: then the channels are the smaller side. */
function isChannels(
  size: number | undefined,
  other: number | undefined,
  classes: number,
  extra: readonly number[] | undefined,
): boolean {
  if (size === undefined || !channelsFit(size, 4 + classes, extra)) return false;
  return extra !== undefined || other === undefined || size < other;
}

function bind(context: DecoderContext): BoundDecoder {
  const classes = context.model.classNames.length;
  const extra = extraChannels(context);
  const spec = onlyRank3(context.signature.outputs);
  const name = spec?.name ?? '';
  const [, rows, columns] = spec === undefined ? [] : shapeOf(spec);
  const channels = isChannels(rows, columns, classes, extra) ? rows : columns;
  let best = new Float32Array(0);
  let bestClass = new Int32Array(0);

  const decodeColumns = (data: Float32Array, anchors: number, threshold: number, to: Candidates): void => {
    if (best.length !== anchors) {
      best = new Float32Array(anchors);
      bestClass = new Int32Array(anchors);
    }
    best.fill(-1);
    // Class by class along memory: an anchor by anchor walk would jump `anchors` floats at each step. Hardly any score reaches the
    // threshold, so what it belongs to is worked out only then: half the time of two loops.
    const end = (4 + classes) * anchors;
    for (let at = 4 * anchors; at < end; at++) {
      const score = data[at] ?? 0;
      if (!(score >= threshold)) continue;
      const row = Math.floor(at / anchors);
      const i = at - row * anchors;
      if (score > (best[i] ?? 0)) {
        best[i] = score;
        bestClass[i] = row - 4;
      }
    }
    for (let i = 0; i < anchors; i++) {
      const score = best[i] ?? -1;
      if (score >= threshold && score >= 0) addColumn(data, anchors, i, score, bestClass[i] ?? 0, to);
    }
  };

  const decodeColumnsMultiLabel = (
    data: Float32Array,
    anchors: number,
    threshold: number,
    to: Candidates,
  ): void => {
    for (let c = 0; c < classes; c++) {
      const row = (4 + c) * anchors;
      for (let i = 0; i < anchors; i++) {
        const score = data[row + i] ?? 0;
        if (score >= threshold) addColumn(data, anchors, i, score, c, to);
      }
    }
  };

  return {
    final: false,
    masks: 'coefficients',
    extraCount: channels === undefined ? undefined : channels - 4 - classes,
    decode(outputs, settings, candidates) {
      const { data, dims } = outputNumbers(outputs, name);
      const [batch, rows = 0, columns = 0] = dims;
      const columnsLast = isChannels(rows, columns, classes, extra);
      if (dims.length !== 3 || batch !== 1 || !(columnsLast || isChannels(columns, rows, classes, extra))) {
        throw wrongShape(
          name,
          dims,
          `[1, ${channelsText(4 + classes, extra)}, anchors] (${classes} classes) or its transpose`,
        );
      }
      if (!columnsLast) decodeRows(data, rows, columns, classes, settings, candidates);
      else if (settings.multiLabel) decodeColumnsMultiLabel(data, columns, settings.confidence, candidates);
      else decodeColumns(data, columns, settings.confidence, candidates);
      const first = 4 + classes;
      candidates.extra = columnsLast
        ? { data, first: first * columns, rowStep: 1, step: columns, count: rows - first }
        : { data, first, rowStep: columns, step: 1, count: columns - first };
    },
  };
}

function addColumn(
  data: Float32Array,
  anchors: number,
  i: number,
  score: number,
  classId: number,
  to: Candidates,
): void {
  const cx = data[i] ?? 0;
  const cy = data[anchors + i] ?? 0;
  const width = data[2 * anchors + i] ?? 0;
  const height = data[3 * anchors + i] ?? 0;
  to.addCentered(cx, cy, width, height, score, classId, i);
}

function decodeRows(
  data: Float32Array,
  anchors: number,
  channels: number,
  classes: number,
  { confidence, multiLabel }: PostprocessSettings,
  to: Candidates,
): void {
  for (let i = 0; i < anchors; i++) {
    const row = i * channels;
    const add = (score: number, classId: number): void =>
      to.addCentered(
        data[row] ?? 0,
        data[row + 1] ?? 0,
        data[row + 2] ?? 0,
        data[row + 3] ?? 0,
        score,
        classId,
        i,
      );
    let best = -1;
    let bestClass = 0;
    for (let c = 0; c < classes; c++) {
      const score = data[row + 4 + c] ?? 0;
      if (!(score >= confidence)) continue;
      if (multiLabel) add(score, c);
      else if (score > best) {
        best = score;
        bestClass = c;
      }
    }
    if (best >= 0) add(best, bestClass);
  }
}
