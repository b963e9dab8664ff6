import type { TensorSpec } from '@care/registry-core';
import { shapeOf, wrongShape } from '../../detection/decoder.js';
import type { ModelContext } from '../../model-context.js';
import { outputNumbers } from '../../tensor-numbers.js';
import { strongest } from './strongest.js';
import type { BoundTopDownDecoder, InputKeypoint, TopDownDecoder } from './top-down-decoder.js';
import { unfitOutputs } from './unfit-outputs.js';

/**
 * SimCC (arXiv 2107.03332; RTMPose, arXiv 2303.07399): each axis on its own, [N, K, width * ratio] and [N, K, height * ratio];
 * the ratio (2 in RTMPose) is told by the shapes. A keypoint is where each is greatest; its confidence is the smaller
 * of the two greatest numbers (mmpose, `get_simcc_maximum`).
 */
export const simcc: TopDownDecoder = {
  name: 'simcc',
  aliases: ['rtmpose', 'dwpose', 'rtmw'],
  doubt(context) {
    const { input, signature } = context;
    const axes = axesOf(context);
    if (axes === undefined || signature.outputs.length !== 2) {
      return 'SimCC heads are two outputs, [N, keypoints, width * ratio] and [N, keypoints, height * ratio]';
    }
    const [, countX, binsX] = shapeOf(axes.x);
    const [, countY, binsY] = shapeOf(axes.y);
    if (countX !== countY) return 'the two outputs differ in their number of keypoints';
    if (binsX === undefined || binsY === undefined) return 'the length of an output is open';
    const finer = binsX >= input.width && binsX * input.height === binsY * input.width;
    return finer ? undefined : `${binsX} and ${binsY} are not the input's width and height times one ratio`;
  },
  bind,
};

function bind(context: ModelContext): BoundTopDownDecoder {
  const { input } = context;
  const axes = axesOf(context);
  if (axes === undefined) {
    throw unfitOutputs(context, 'simcc', '[N, keypoints, width * ratio] and [N, keypoints, height * ratio]');
  }
  return {
    alignment: 'classic',
    count: shapeOf(axes.x)[1] ?? shapeOf(axes.y)[1],
    decode(outputs) {
      const x = axisNumbers(outputs, axes.x.name);
      const y = axisNumbers(outputs, axes.y.name);
      if (x.count !== y.count) throw wrongShape(axes.y.name, y.dims, `[1, ${x.count}, height * ratio]`);
      const keypoints: InputKeypoint[] = [];
      for (let k = 0; k < x.count; k++) {
        const bestX = strongest(x.data, k * x.bins, x.bins);
        const bestY = strongest(y.data, k * y.bins, y.bins);
        if (bestX < 0 || bestY < 0) return undefined;
        keypoints.push({
          x: (bestX * input.width) / x.bins,
          y: (bestY * input.height) / y.bins,
          confidence: Math.min(x.data[k * x.bins + bestX] ?? 0, y.data[k * y.bins + bestY] ?? 0),
        });
      }
      return keypoints;
    },
  };
}

function axisNumbers(
  outputs: Parameters<BoundTopDownDecoder['decode']>[0],
  name: string,
): {
  readonly data: Float32Array;
  readonly dims: readonly number[];
  readonly count: number;
  readonly bins: number;
} {
  const { data, dims } = outputNumbers(outputs, name);
  const [batch, count = 0, bins = 0] = dims;
  if (dims.length !== 3 || batch !== 1 || count * bins === 0) {
    throw wrongShape(name, dims, '[1, keypoints, bins]');
  }
  return { data, dims, count, bins };
}

/** Which of two outputs of three dimensions is which: by their lengths, else by names that end in x and y, else in that order. */
function axesOf({
  input,
  signature,
}: ModelContext): { readonly x: TensorSpec; readonly y: TensorSpec } | undefined {
  const [first, second, ...others] = signature.outputs.filter(({ shape }) => shape.length === 3);
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const [a, b] = [shapeOf(first)[2], shapeOf(second)[2]];
  const swapped =
    a === undefined || b === undefined || input.width === input.height
      ? /y$/i.test(first.name) && /x$/i.test(second.name)
      : a * input.width === b * input.height;
  return swapped ? { x: second, y: first } : { x: first, y: second };
}
