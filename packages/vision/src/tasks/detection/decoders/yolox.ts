import { CareError } from '@care/registry-core';
import { outputNumbers } from '../../tensor-numbers.js';
import type { BoundDecoder, DecoderContext, DecoderFit, DetectionDecoder } from '../decoder.js';
import { decoderOption } from '../../decoder-option.js';
import { no, onlyRank3, shapeOf, wrongShape } from '../decoder.js';
import { forObjectnessRows } from './objectness-rows.js';
import { objectnessFit } from './yolov5.js';

/**
 * YOLOX: [1, cells, 5 + classes] over strides 8, 16, 32 (64 as well for P6), row by row; score = objectness x class.
 * Boxes are raw, as upstream exports them: centre = (offset + cell) x stride, size = exp(log size) x stride; with the option
 * `{ "boxes": "decoded" }` they are input pixels already (`--decode_in_inference`). Source: Megvii YOLOX, demo_postprocess.
 * Its shape also fits other families, so it is never chosen by shape alone.
 */
export const yolox: DetectionDecoder = {
  name: 'yolox',
  aliases: ['yolox-p6'],
  reads: '[1, grid cells, 5 + classes]: offsets, log sizes, objectness, class scores',
  fits,
  bind,
};

const STRIDES = [
  [8, 16, 32],
  [8, 16, 32, 64],
] as const;

function fits(context: DecoderContext): DecoderFit {
  const fit = objectnessFit(context, 1);
  if (fit.fit === 'no') return fit;
  const spec = onlyRank3(context.signature.outputs);
  const rows = spec === undefined ? undefined : shapeOf(spec)[1];
  const counts = STRIDES.map((strides) => cellCount(context.input, strides));
  if (rows !== undefined && !counts.includes(rows)) {
    const { width, height } = context.input;
    return no(`${rows} rows; the grids of a ${width} x ${height} input have ${counts.join(' or ')} cells`);
  }
  return { fit: 'possible' };
}

function bind(context: DecoderContext): BoundDecoder {
  const classes = context.model.classNames.length;
  const name = onlyRank3(context.signature.outputs)?.name ?? '';
  const decoded = decoderOption(context, 'boxes', ['raw', 'decoded']) === 'decoded';
  const channels = 5 + classes;
  let grid: Grid | undefined;
  return {
    final: false,
    decode(outputs, settings, candidates) {
      const { data, dims } = outputNumbers(outputs, name);
      const [batch, rows = 0] = dims;
      if (dims.length !== 3 || batch !== 1 || dims[2] !== channels) {
        throw wrongShape(name, dims, `[1, cells, ${channels}] (${classes} classes)`);
      }
      if (grid?.stride.length !== rows) grid = gridFor(context, rows);
      const { x, y, stride } = grid;
      forObjectnessRows(data, rows, channels, classes, settings, (row, score, classId) => {
        const at = row * channels;
        const [a = 0, b = 0, c = 0, d = 0] = data.subarray(at, at + 4);
        if (decoded) {
          candidates.addCentered(a, b, c, d, score, classId, row);
          return;
        }
        const s = stride[row] ?? 0;
        const cx = (a + (x[row] ?? 0)) * s;
        const cy = (b + (y[row] ?? 0)) * s;
        candidates.addCentered(cx, cy, Math.exp(c) * s, Math.exp(d) * s, score, classId, row);
      });
    },
  };
}

/** Cell coordinates and stride of each output row. */
interface Grid {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly stride: Float32Array;
}

function gridFor({ input, model }: DecoderContext, rows: number): Grid {
  const strides = STRIDES.find((set) => cellCount(input, set) === rows);
  if (strides === undefined) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `model ${model.modelId}: ${rows} rows are no YOLOX grid of a ${input.width} x ${input.height} input`,
      { remedy: 'Check input_size of the manifest; YOLOX has 8, 16, 32 (and 64) pixel cells.' },
    );
  }
  const grid = { x: new Float32Array(rows), y: new Float32Array(rows), stride: new Float32Array(rows) };
  let row = 0;
  for (const stride of strides) {
    const width = Math.floor(input.width / stride);
    const height = Math.floor(input.height / stride);
    for (let cell = 0; cell < width * height; cell++, row++) {
      grid.x[row] = cell % width;
      grid.y[row] = Math.floor(cell / width);
      grid.stride[row] = stride;
    }
  }
  return grid;
}

function cellCount(
  input: { readonly width: number; readonly height: number },
  strides: readonly number[],
): number {
  return strides.reduce((sum, s) => sum + Math.floor(input.width / s) * Math.floor(input.height / s), 0);
}
