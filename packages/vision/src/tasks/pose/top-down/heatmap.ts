import { decoderOption } from '../../decoder-option.js';
import { shapeOf, shapeText, wrongShape } from '../../detection/decoder.js';
import type { ModelContext } from '../../model-context.js';
import { outputNumbers } from '../../tensor-numbers.js';
import { unfitOutputs } from './unfit-outputs.js';
import { refineByDistribution, shiftQuarter } from './heatmap-refinement.js';
import type { Heatmap, Peak } from './heatmap-refinement.js';
import { strongest } from './strongest.js';
import { ALIGNMENTS } from './top-down-decoder.js';
import type { BoundTopDownDecoder, InputKeypoint, TopDownDecoder } from './top-down-decoder.js';

const REFINEMENTS = ['dark', 'quarter', 'none'] as const;
const REFINE: Readonly<Record<(typeof REFINEMENTS)[number], (map: Heatmap, peak: Peak) => Peak>> = {
  dark: refineByDistribution,
  quarter: shiftQuarter,
  none: (_, peak) => peak,
};

/**
 * Heatmaps [N, K, h, w], one a keypoint, greatest where it is likely (ViTPose, HRNet, SimpleBaseline). Decoder options:
 * `refinement` `dark` (default, as ViTPose is used), `quarter` (HRNet) or `none`; `alignment` `udp` (default with dark)
 * or `classic` (default otherwise). The confidence is the greatest number of the map.
 */
export const heatmap: TopDownDecoder = {
  name: 'heatmap',
  aliases: ['vitpose'],
  doubt(context) {
    const { signature, input } = context;
    const [spec] = signature.outputs;
    if (spec === undefined || signature.outputs.length !== 1 || spec.shape.length !== 4) {
      return 'heatmaps are one output of [N, keypoints, height, width]';
    }
    const [, , height, width] = shapeOf(spec);
    if (height === undefined || width === undefined) return undefined;
    const smaller = width > 0 && height > 0 && width <= input.width && height <= input.height;
    if (smaller && width * input.height === height * input.width) return undefined;
    return `${spec.name} ${shapeText(spec.shape)} has not the proportions of the input, ${input.height} x ${input.width}`;
  },
  bind,
};

function bind(context: ModelContext): BoundTopDownDecoder {
  const { input, signature } = context;
  const spec = signature.outputs.find(({ shape }) => shape.length === 4);
  if (spec === undefined) throw unfitOutputs(context, 'heatmap', '[N, keypoints, height, width]');
  const refinement = decoderOption(context, 'refinement', REFINEMENTS) ?? 'dark';
  const alignment =
    decoderOption(context, 'alignment', ALIGNMENTS) ?? (refinement === 'dark' ? 'udp' : 'classic');
  const refine = REFINE[refinement];
  return {
    alignment,
    count: shapeOf(spec)[1],
    decode(outputs) {
      const { data, dims } = outputNumbers(outputs, spec.name);
      const [batch, count = 0, height = 0, width = 0] = dims;
      if (dims.length !== 4 || batch !== 1 || count * height * width === 0) {
        throw wrongShape(spec.name, dims, '[1, keypoints, height, width]');
      }
      const stepX = pixelsPerCell(input.width, width, alignment === 'udp');
      const stepY = pixelsPerCell(input.height, height, alignment === 'udp');
      const keypoints: InputKeypoint[] = [];
      for (let k = 0; k < count; k++) {
        const map = { data, from: k * width * height, width, height };
        const best = strongest(data, map.from, width * height);
        if (best < 0) return undefined;
        const confidence = data[map.from + best] ?? 0;
        const peak = { x: best % width, y: Math.floor(best / width) };
        // Where nothing is above 0 there is no peak to refine.
        const { x, y } = confidence > 0 ? refine(map, peak) : peak;
        keypoints.push({ x: x * stepX, y: y * stepY, confidence });
      }
      return keypoints;
    },
  };
}

/** Input pixels from the centre of one cell to that of the next. */
function pixelsPerCell(pixels: number, cells: number, udp: boolean): number {
  return udp && cells > 1 ? (pixels - 1) / (cells - 1) : pixels / cells;
}
