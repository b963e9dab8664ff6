import { CareError } from '@care/registry-core';
import type { JsonValue, TensorSpec } from '@care/registry-core';
import type { ModelContext } from '../model-context.js';

/** A real number is `(stored - zeroPoint) * scale`, as in ONNX DequantizeLinear. */
export interface OutputScale {
  readonly scale: number;
  readonly zeroPoint: number;
}

const FLOATS: readonly string[] = ['float32', 'float16', 'float64'];

/**
 * `decoder_options.scale` and `zero_point` of an output that is stored in whole numbers; undefined for floats.
 * @throws CareError MODEL_INCOMPATIBLE when whole numbers have no scale, or these are no numbers
 */
export function outputScale({ model }: ModelContext, { name, type }: TensorSpec): OutputScale | undefined {
  const { scale, zero_point: zeroPoint = 0 } = model.postprocessing.decoderOptions;
  if (scale === undefined && FLOATS.includes(type)) return undefined;
  if (isFinite(scale) && scale > 0 && isFinite(zeroPoint)) return { scale, zeroPoint };
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `model ${model.modelId}: output ${name} is ${type}; its scale is ${scale === undefined ? 'not stated' : JSON.stringify(scale)}, its zero point ${JSON.stringify(zeroPoint)}`,
    {
      remedy:
        'State the quantisation in the manifest: `"postprocessing": { "decoder_options": { "scale": 0.00390625, "zero_point": 0 } }`, or export the model with a float output.',
    },
  );
}

function isFinite(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
