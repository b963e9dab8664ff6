import { CareError } from '@care/registry-core';
import type { ModelPackage, Tensor } from '@care/registry-core';
import { describeSpec } from '../../preprocess/input-layout.js';
import type { BoundDecoder, DecoderContext } from '../detection/decoder.js';
import { wrongShape } from '../detection/decoder.js';
import { maskGrid } from '../detection/mask-grid.js';
import type { ObjectOutputs } from '../detection/object-processor.js';
import { outputNumbers } from '../tensor-numbers.js';
import { planeLevels, weightedLevels } from './mask-levels.js';
import type { CellPlanes, MaskLevels } from './mask-levels.js';

/** The mask values of one image's objects, on one grid over the input. */
export interface ImageMasks {
  readonly width: number;
  readonly height: number;
  /** Values of the candidate with that index, above 0 inside. */
  levelsOf(index: number): MaskLevels;
}

/**
 * Finds the output of four dimensions that masks come from: prototypes for coefficients, or one plane of logits a query.
 * @throws CareError MODEL_INCOMPATIBLE when there is none, there are several, or the decoder knows no masks
 */
export function maskOutput(
  context: DecoderContext,
  decoder: BoundDecoder,
): (image: ObjectOutputs) => ImageMasks {
  const { model, signature, input } = context;
  const { masks } = decoder;
  const found = signature.outputs.filter(({ shape }) => shape.length === 4);
  const [spec] = found;
  if (spec === undefined || found.length > 1 || masks === undefined) {
    const outputs = signature.outputs.map(describeSpec).join(', ');
    const what =
      masks === undefined
        ? `its output layout has no masks: ${outputs}`
        : `one output of four dimensions (prototypes or masks) is expected, the model has ${outputs}`;
    throw new CareError('MODEL_INCOMPATIBLE', `model ${model.modelId}: ${what}`, {
      remedy: 'Export the model for segmentation, or set task_type to object-detection if boxes are enough.',
    });
  }
  const level = maskLevel(model);
  const read = (outputs: Readonly<Record<string, Tensor>>): { planes: CellPlanes; count: number } => {
    const { data, dims } = outputNumbers(outputs, spec.name);
    const { order, planes: count = 0, width = 0, height = 0 } = maskGrid(dims, input);
    if (dims.length !== 4 || dims[0] !== 1 || width === 0 || height === 0) {
      throw wrongShape(
        spec.name,
        dims,
        `${masks === 'queries' ? 'masks' : 'prototypes'} [1, n, height, width]`,
      );
    }
    const steps =
      order === 'nchw' ? { planeStep: width * height, cellStep: 1 } : { planeStep: 1, cellStep: count };
    return { planes: { data, first: 0, ...steps, width, height }, count };
  };
  if (masks === 'queries') {
    return ({ outputs, candidates }) => {
      const { planes, count } = read(outputs);
      return {
        ...planes,
        levelsOf(index) {
          const query = candidates.rows[index] ?? 0;
          if (query >= count) {
            throw wrongShape(spec.name, [1, count, planes.height, planes.width], 'one mask for each query');
          }
          return planeLevels(planes, query, level);
        },
      };
    };
  }
  return ({ outputs, candidates }) => {
    const { planes, count } = read(outputs);
    const coefficients = candidates.extra?.count ?? 0;
    if (coefficients !== count) {
      throw wrongShape(
        spec.name,
        [1, count, planes.height, planes.width],
        `${coefficients} prototypes, as many as each object has mask coefficients`,
      );
    }
    return {
      ...planes,
      levelsOf: (index) =>
        weightedLevels(
          planes,
          Float64Array.from({ length: count }, (_, k) => candidates.extraAt(index, k)),
          level,
        ),
    };
  };
}

/**
 * The logit that a mask's values must exceed: 0, which is a probability of 0.5, unless `mask_threshold` of the decoder
 * options states another probability.
 * @throws CareError MODEL_INCOMPATIBLE unless it lies between 0 and 1
 */
export function maskLevel({ modelId, postprocessing }: ModelPackage): number {
  const { mask_threshold: stated = 0.5 } = postprocessing.decoderOptions;
  if (typeof stated === 'number' && stated > 0 && stated < 1) return Math.log(stated / (1 - stated));
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${modelId}: decoder option mask_threshold is ${JSON.stringify(stated)}; it lies between 0 and 1`,
    {
      remedy:
        'Set `mask_threshold` of the decoder options in the manifest to a probability, or leave it out.',
    },
  );
}
