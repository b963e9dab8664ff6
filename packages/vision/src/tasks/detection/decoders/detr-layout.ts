import { CareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';
import type { DecoderContext } from '../decoder.js';
import { decoderOption, decoderPositions } from '../../decoder-option.js';
import { gridCellCounts, MAX_QUERY_ROWS, shapeOf, shapeText, wrongBatch } from '../decoder.js';

/** Which outputs of a DETR-like model hold what. */
export type DetrLayout = { readonly certain: boolean } & (
  | {
      readonly kind: 'scored';
      readonly boxes: string;
      readonly scores: string;
      readonly width: number | undefined;
    }
  | { readonly kind: 'decoded'; readonly boxes: string; readonly labels: string; readonly scores: string }
  | { readonly kind: 'joined'; readonly boxes: string }
);

export type ScoreKind = 'sigmoid' | 'softmax' | 'probabilities';

export function detrLayout(context: DecoderContext): DetrLayout | { readonly reason: string } {
  const outputs = context.signature.outputs.map((spec) => ({ name: spec.name, shape: shapeOf(spec) }));
  const [otherBatch] = context.signature.outputs.flatMap((spec) => wrongBatch(context, spec) ?? []);
  if (otherBatch !== undefined) return { reason: otherBatch };
  // Masks and the like have four dimensions.
  const rank3 = outputs.filter(({ shape }) => shape.length === 3);
  const rank2 = outputs.filter(({ shape }) => shape.length === 2);
  if (rank3.length === 2) return scoredLayout(context, rank3);
  if (rank3.length === 1 && rank2.length === 2) return decodedLayout(rank3, rank2);
  if (outputs.length === 1 && rank3.length === 1) return joinedLayout(context, rank3);
  return { reason: 'neither boxes and scores, nor labels, boxes and scores, nor one joined output' };
}

/** Positions in a row of scores that belong to no class of the package (option `backgroundClasses`), ascending. */
export function backgroundClasses(context: Pick<DecoderContext, 'model'>): readonly number[] {
  return decoderPositions(context, 'backgroundClasses');
}

interface Named {
  readonly name: string;
  readonly shape: readonly (number | undefined)[];
}

function scoredLayout(
  { model }: DecoderContext,
  outputs: readonly Named[],
): DetrLayout | { readonly reason: string } {
  const fours = outputs.filter(({ shape }) => shape[2] === 4);
  const boxes = fours.length === 1 ? fours[0] : fours.find(({ name }) => /box|det/i.test(name));
  const scores = outputs.find((output) => output !== boxes);
  if (boxes === undefined || scores === undefined) {
    return { reason: `no output of two is [1, queries, 4]: ${outputs.map(text).join(', ')}` };
  }
  const classes = model.classNames.length + backgroundClasses({ model }).length;
  const width = scores.shape[2];
  // One more than the classes: DETR's no-object class, or the unused slot of RF-DETR.
  if (width !== undefined && width !== classes && width !== classes + 1) {
    return { reason: `${text(scores)} has scores for ${width} classes, the package names ${classes}` };
  }
  return { kind: 'scored', boxes: boxes.name, scores: scores.name, width, certain: width !== undefined };
}

function decodedLayout(
  rank3: readonly Named[],
  rank2: readonly Named[],
): DetrLayout | { readonly reason: string } {
  const [boxes] = rank3;
  const labels = rank2.find(({ name }) => /label|class|categor/i.test(name));
  const scores = rank2.find(({ name }) => /score|conf|prob/i.test(name));
  const width = boxes?.shape[2];
  if (
    boxes === undefined ||
    labels === undefined ||
    scores === undefined ||
    (width !== undefined && width !== 4)
  ) {
    return {
      reason: `outputs named labels, boxes [1, queries, 4] and scores are expected: ${[...rank3, ...rank2].map(text).join(', ')}`,
    };
  }
  return { kind: 'decoded', boxes: boxes.name, labels: labels.name, scores: scores.name, certain: true };
}

function joinedLayout(
  { model, input }: DecoderContext,
  outputs: readonly Named[],
): DetrLayout | { readonly reason: string } {
  const [output] = outputs;
  const classes = model.classNames.length;
  const [, rows, width] = output?.shape ?? [];
  if (output === undefined || (width !== undefined && width !== 4 + classes)) {
    return {
      reason: `one joined output would be [1, queries, ${4 + classes}] for ${classes} classes: ${outputs.map(text).join(', ')}`,
    };
  }
  const grid = rows !== undefined && gridCellCounts(input).includes(rows);
  // With two classes an end-to-end output has the same six columns.
  const certain =
    width !== undefined && rows !== undefined && rows <= MAX_QUERY_ROWS && !grid && classes !== 2;
  if (grid) return { reason: `${rows} rows are a YOLO grid, not queries` };
  return { kind: 'joined', boxes: output.name, certain };
}

/**
 * How the scores of a layout are to be read.
 * @throws CareError MODEL_INCOMPATIBLE when one class too many leaves it open whether the last is "no object"
 */
export function scoreKind(
  context: DecoderContext,
  layout: DetrLayout & { readonly kind: 'scored' | 'joined' },
): ScoreKind {
  const stated = decoderOption(context, 'scores', ['sigmoid', 'softmax', 'probabilities']);
  if (stated !== undefined) return stated;
  if (layout.kind === 'joined' || /score|prob/i.test(layout.scores)) return 'probabilities';
  const { model } = context;
  const family = model.postprocessing.decoder.replaceAll(/[^a-z]/gi, '').toLowerCase();
  const sigmoidFamily = ['rtdetr', 'rfdetr', 'dfine', 'deim'].includes(family);
  // RF-DETR exports `dets` and `labels`.
  const rfDetr = layout.boxes === 'dets' && layout.scores === 'labels';
  if (layout.width === model.classNames.length + 1 && !sigmoidFamily && !rfDetr) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId}: output ${layout.scores} has ${layout.width} scores for ${model.classNames.length} classes; whether the last is "no object" cannot be seen`,
      {
        remedy:
          'Set `scores` of the decoder options in the manifest: `softmax` (DETR) or `sigmoid` (RF-DETR and others).',
      },
    );
  }
  return 'sigmoid';
}

/**
 * The second input of deployed RT-DETR, D-FINE and DEIM: fed with the input tensor's own width and height for each image of a
 * run, so that boxes come in its pixels.
 */
export function targetSizeInput(
  { signature, input }: DecoderContext,
  images: number,
): Record<string, Tensor> {
  const spec = signature.inputs.find(
    ({ name, shape }) => name !== input.name && shape.length === 2 && shape[1] === 2,
  );
  if (spec === undefined) return {};
  const size = Array.from({ length: images }, () => [input.width, input.height]).flat();
  const dims = [images, 2];
  if (spec.type === 'int64')
    return { [spec.name]: { type: 'int64', dims, data: BigInt64Array.from(size, BigInt) } };
  if (spec.type === 'int32') return { [spec.name]: { type: 'int32', dims, data: Int32Array.from(size) } };
  if (spec.type === 'float32')
    return { [spec.name]: { type: 'float32', dims, data: Float32Array.from(size) } };
  return {};
}

function text({ name, shape }: Named): string {
  return `${name} ${shapeText(shape)}`;
}
