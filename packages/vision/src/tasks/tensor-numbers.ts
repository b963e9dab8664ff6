import { CareError, fromHalf } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';

/**
 * The output of that name as floats, without a copy when it is float32.
 * @throws CareError MODEL_INCOMPATIBLE (absent, not numeric), INFERENCE_FAILED (data and shape disagree)
 */
export function outputNumbers(
  outputs: Readonly<Record<string, Tensor>>,
  name: string,
): { readonly data: Float32Array; readonly dims: readonly number[] } {
  const tensor = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (tensor === undefined) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `output ${name} is missing; the model gave ${Object.keys(outputs).join(', ') || 'none'}`,
    );
  }
  const { dims } = tensor;
  const expected = dims.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== expected) {
    throw new CareError(
      'INFERENCE_FAILED',
      `output ${name} has ${tensor.data.length} numbers for the shape [${dims.join(', ')}]`,
    );
  }
  return { data: toFloats(tensor, name), dims };
}

function toFloats(tensor: Tensor, name: string): Float32Array {
  switch (tensor.type) {
    case 'float32':
      return tensor.data;
    case 'float16':
      return Float32Array.from(tensor.data, fromHalf);
    case 'int64':
    case 'uint64':
      return Float32Array.from(tensor.data, Number);
    case 'string':
      throw new CareError('MODEL_INCOMPATIBLE', `output ${name} holds text where numbers are expected`);
    case 'float64':
    case 'uint8':
    case 'int8':
    case 'uint16':
    case 'int16':
    case 'uint32':
    case 'int32':
    case 'bool':
      return Float32Array.from(tensor.data);
  }
}
