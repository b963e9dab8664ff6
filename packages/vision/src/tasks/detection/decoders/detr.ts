import type { PostprocessSettings } from '../../postprocess-settings.js';
import type { Candidates } from '../candidates.js';
import { outputNumbers } from '../../tensor-numbers.js';
import type { BoundDecoder, DecoderContext, DecoderFit, DetectionDecoder } from '../decoder.js';
import { decoderOption } from '../../decoder-option.js';
import { no, wrongShape } from '../decoder.js';
import { backgroundClasses, detrLayout, scoreKind, targetSizeInput } from './detr-layout.js';
import type { DetrLayout, ScoreKind } from './detr-layout.js';
import { checkClassId } from './end2end.js';
import { pixelMaskInput } from './pixel-mask.js';

/**
 * The DETR family: RT-DETR, RF-DETR, D-FINE, DEIM, DETR. Three layouts:
 * - two outputs, boxes [1, queries, 4] (cx, cy, w, h of 0..1) and class scores [1, queries, classes]
 * - three outputs, labels [1, queries], boxes [1, queries, 4] (x1, y1, x2, y2), scores [1, queries], as deployed with an
 *   `orig_target_sizes` input, which is fed with the size of the input tensor
 * - one output [1, queries, 4 + classes], normalised boxes and probabilities (Ultralytics' RT-DETR)
 *
 * A `pixel_mask` input (transformers' DETR) is 1 where the picture lies.
 *
 * Options: `scores`: `sigmoid` (logits, focal loss: RT-DETR, RF-DETR, D-FINE), `softmax` (logits with a last no-object
 * class: DETR), `probabilities`; `boxes`: `cxcywh` (0..1), `xyxy` (0..1), `pixels` (x1, y1, x2, y2 of the input);
 * `backgroundClasses`: positions of scores, among those of the classes, that belong to no class (RF-DETR of Roboflow has its
 * background at 0): they give no detection, and the classes after them move up.
 * No suppression follows. Sources: the papers (arXiv 2005.12872, 2304.08069, 2410.13842) and the projects' export scripts.
 */
export const detr: DetectionDecoder = {
  name: 'detr',
  aliases: ['rtdetr', 'rt-detr', 'rfdetr', 'rf-detr', 'dfine', 'd-fine', 'deim'],
  reads: 'boxes [1, queries, 4] and class scores, or labels, boxes and scores, or [1, queries, 4 + classes]',
  fits,
  bind,
};

function fits(context: DecoderContext): DecoderFit {
  const layout = detrLayout(context);
  return 'reason' in layout ? no(layout.reason) : { fit: layout.certain ? 'certain' : 'possible' };
}

type BoxKind = 'cxcywh' | 'xyxy' | 'pixels';

function bind(context: DecoderContext): BoundDecoder {
  const layout = detrLayout(context);
  if ('reason' in layout) throw wrongShape(context.signature.outputs[0]?.name ?? '', [], layout.reason);
  const extraInputs: BoundDecoder['extraInputs'] = (images, geometries) => ({
    ...targetSizeInput(context, images),
    ...pixelMaskInput(context, images, geometries),
  });
  const boxes =
    decoderOption(context, 'boxes', ['cxcywh', 'xyxy', 'pixels']) ??
    (layout.kind === 'decoded' ? 'pixels' : 'cxcywh');
  const reader =
    layout.kind === 'decoded' ? decodedReader(context, layout, boxes) : scoredReader(context, layout, boxes);
  return { final: true, masks: 'queries', extraInputs, decode: reader };
}

function adder(
  { input }: DecoderContext,
  kind: BoxKind,
): (data: Float32Array, at: number, score: number, classId: number, row: number, to: Candidates) => void {
  const [sx, sy] = kind === 'pixels' ? [1, 1] : [input.width, input.height];
  return (data, at, score, classId, row, to) => {
    const a = (data[at] ?? 0) * sx;
    const b = (data[at + 1] ?? 0) * sy;
    const c = (data[at + 2] ?? 0) * sx;
    const d = (data[at + 3] ?? 0) * sy;
    if (kind === 'cxcywh') to.addCentered(a, b, c, d, score, classId, row);
    else to.add(a, b, c, d, score, classId, row);
  };
}

function decodedReader(
  context: DecoderContext,
  layout: DetrLayout & { readonly kind: 'decoded' },
  boxKind: BoxKind,
): BoundDecoder['decode'] {
  const classes = context.model.classNames.length;
  const add = adder(context, boxKind);
  return (outputs, settings, candidates) => {
    const boxes = outputNumbers(outputs, layout.boxes);
    const labels = outputNumbers(outputs, layout.labels);
    const scores = outputNumbers(outputs, layout.scores);
    const queries = scores.data.length;
    if (boxes.data.length !== queries * 4 || labels.data.length !== queries || scores.dims[0] !== 1) {
      throw wrongShape(layout.boxes, boxes.dims, `[1, ${queries}, 4], as many as there are scores`);
    }
    for (let q = 0; q < queries; q++) {
      const score = scores.data[q] ?? 0;
      if (!(score >= settings.confidence)) continue;
      const classId = labels.data[q] ?? -1;
      checkClassId(classId, classes, context.model.modelId);
      add(boxes.data, q * 4, score, classId, q, candidates);
    }
  };
}

function scoredReader(
  context: DecoderContext,
  layout: DetrLayout & { readonly kind: 'scored' | 'joined' },
  boxKind: BoxKind,
): BoundDecoder['decode'] {
  const classes = context.model.classNames.length;
  const add = adder(context, boxKind);
  const kind = scoreKind(context, layout);
  const background = layout.kind === 'joined' ? [] : backgroundClasses(context);
  const scored = classes + background.length;
  /** Where the score of each class stands in a row. */
  const positions = Array.from({ length: scored }, (_, at) => at).filter((at) => !background.includes(at));
  return (outputs, settings, candidates) => {
    const boxes = outputNumbers(outputs, layout.boxes);
    const scores = layout.kind === 'joined' ? boxes : outputNumbers(outputs, layout.scores);
    const [boxStep, skip] = layout.kind === 'joined' ? [4 + classes, 4] : [4, 0];
    const [batch, queries = 0, width = 0] = scores.dims;
    const shaped = scores.dims.length === 3 && batch === 1 && boxes.data.length === queries * boxStep;
    if (!shaped || width - skip < scored) {
      throw wrongShape(
        layout.boxes,
        boxes.dims,
        `[1, ${queries}, ${boxStep}] beside scores of ${scored} classes`,
      );
    }
    const row = new Float32Array(width - skip);
    const least = leastScore(kind, settings.confidence);
    for (let q = 0; q < queries; q++) {
      row.set(scores.data.subarray(q * width + skip, (q + 1) * width));
      if (!row.some((value) => value >= least)) continue;
      toProbabilities(row, kind);
      forClasses(row, positions, settings, (score, classId) =>
        add(boxes.data, q * boxStep, score, classId, q, candidates),
      );
    }
  };
}

/** No value of a row below this becomes a score that counts: few queries then need their exponentials. */
function leastScore(kind: ScoreKind, confidence: number): number {
  if (kind === 'probabilities') return confidence;
  // A little lower, as scores are rounded to float32.
  const lower = confidence - 1e-6;
  return kind === 'sigmoid' && lower > 0 ? Math.log(lower / (1 - lower)) : -Infinity;
}

/** In place. */
function toProbabilities(row: Float32Array, kind: ScoreKind): void {
  if (kind === 'probabilities') return;
  if (kind === 'sigmoid') {
    for (let c = 0; c < row.length; c++) row[c] = 1 / (1 + Math.exp(-(row[c] ?? 0)));
    return;
  }
  const max = row.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp((row[c] ?? 0) - max);
  for (let c = 0; c < row.length; c++) row[c] = (row[c] ?? 0) / sum;
}

function forClasses(
  row: Float32Array,
  positions: readonly number[],
  { confidence, multiLabel }: PostprocessSettings,
  found: (score: number, classId: number) => void,
): void {
  let best = -1;
  let bestClass = 0;
  for (let c = 0; c < positions.length; c++) {
    const score = row[positions[c] ?? c] ?? 0;
    if (!(score >= confidence)) continue;
    if (multiLabel) found(score, c);
    else if (score > best) {
      best = score;
      bestClass = c;
    }
  }
  if (best >= 0) found(best, bestClass);
}
