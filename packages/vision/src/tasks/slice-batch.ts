import { CareError } from '@care/registry-core';
import type { Tensor } from '@care/registry-core';

/**
 * The outputs of one place of a batch, with a batch of 1 each and without a copy. For a batch of 1 the outputs themselves.
 * @throws CareError MODEL_INCOMPATIBLE when an output does not have the batch as its first dimension
 */
export function sliceBatch(
  outputs: Readonly<Record<string, Tensor>>,
  index: number,
  batch: number,
): Readonly<Record<string, Tensor>> {
  if (batch === 1) return outputs;
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, sliceTensor(name, tensor, index, batch)]),
  );
}

function sliceTensor(name: string, tensor: Tensor, index: number, batch: number): Tensor {
  const [first, ...rest] = tensor.dims;
  if (first !== batch) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `output ${name} has the shape [${tensor.dims.join(', ')}] for a batch of ${batch} images`,
      { remedy: 'Export the model with batch 1, or with outputs whose first dimension is the batch.' },
    );
  }
  const size = rest.reduce((product, dim) => product * dim, 1);
  return part(tensor, [1, ...rest], index * size, (index + 1) * size);
}

/** The union is told apart so that type and data stay together. */
function part(tensor: Tensor, dims: readonly number[], from: number, to: number): Tensor {
  switch (tensor.type) {
    case 'string':
      return { type: tensor.type, dims, data: tensor.data.slice(from, to) };
    case 'float32':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'float64':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'float16':
    case 'uint16':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'uint8':
    case 'bool':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'int8':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'int16':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'uint32':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'int32':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'uint64':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
    case 'int64':
      return { type: tensor.type, dims, data: tensor.data.subarray(from, to) };
  }
}
