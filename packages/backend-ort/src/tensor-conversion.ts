import { CareError, type Tensor, type TensorDataType, type TensorSpec } from '@care/registry-core';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { OrtModule } from './ort-runtime.js';

const TYPES: ReadonlySet<string> = new Set<TensorDataType>([
  'float32',
  'float64',
  'float16',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'uint64',
  'int64',
  'bool',
  'string',
]);

function isDataType(type: string): type is TensorDataType {
  return TYPES.has(type);
}

/** The engine's word for an input or output as a spec. @throws CareError MODEL_INCOMPATIBLE for what is no plain tensor */
export function toTensorSpec(metadata: InferenceSession.ValueMetadata): TensorSpec {
  const { name } = metadata;
  if (!metadata.isTensor || !isDataType(metadata.type)) {
    const found = metadata.isTensor ? `element type ${metadata.type}` : 'a sequence, map or optional value';
    throw new CareError('MODEL_INCOMPATIBLE', `"${name}" has ${found}; only dense tensors are supported`, {
      details: { tensor: name },
    });
  }
  // The engine gives '' for a dynamic dimension without a name.
  return { name, type: metadata.type, shape: metadata.shape.map((dim) => (dim === '' ? -1 : dim)) };
}

/** A tensor of the contract as the binding's; data is not copied unless it is shared memory, which the binding refuses. */
export function toOrtTensor(ort: OrtModule, tensor: Tensor): OrtTensor {
  const { dims } = tensor;
  switch (tensor.type) {
    case 'string':
      return new ort.Tensor('string', [...tensor.data], dims);
    case 'float16':
      return new ort.Tensor('float16', unshared(tensor.data), dims);
    case 'bool':
      return new ort.Tensor('bool', unshared(tensor.data), dims);
    case 'float32':
      return new ort.Tensor('float32', unshared(tensor.data), dims);
    case 'float64':
      return new ort.Tensor('float64', unshared(tensor.data), dims);
    case 'uint8':
      return new ort.Tensor('uint8', unshared(tensor.data), dims);
    case 'int8':
      return new ort.Tensor('int8', unshared(tensor.data), dims);
    case 'uint16':
      return new ort.Tensor('uint16', unshared(tensor.data), dims);
    case 'int16':
      return new ort.Tensor('int16', unshared(tensor.data), dims);
    case 'uint32':
      return new ort.Tensor('uint32', unshared(tensor.data), dims);
    case 'int32':
      return new ort.Tensor('int32', unshared(tensor.data), dims);
    case 'uint64':
      return new ort.Tensor('uint64', unshared(tensor.data), dims);
    case 'int64':
      return new ort.Tensor('int64', unshared(tensor.data), dims);
  }
}

function unshared<T extends { readonly buffer: ArrayBufferLike; slice(): T }>(data: T): T {
  return data.buffer instanceof SharedArrayBuffer ? data.slice() : data;
}

/** A tensor of the binding as one of the contract; data is not copied. */
export function fromOrtTensor(name: string, tensor: OrtTensor): Tensor {
  const { dims, data } = tensor;
  switch (tensor.type) {
    case 'float16':
      // A Float16Array where the platform has one, otherwise the raw bits already.
      if (ArrayBuffer.isView(data)) {
        return {
          type: 'float16',
          dims,
          data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2),
        };
      }
      break;
    case 'string':
      if (Array.isArray(data)) return { type: 'string', dims, data };
      break;
    case 'bool':
    case 'uint8':
      if (data instanceof Uint8Array) return { type: tensor.type, dims, data };
      break;
    case 'float32':
      if (data instanceof Float32Array) return { type: 'float32', dims, data };
      break;
    case 'float64':
      if (data instanceof Float64Array) return { type: 'float64', dims, data };
      break;
    case 'int8':
      if (data instanceof Int8Array) return { type: 'int8', dims, data };
      break;
    case 'uint16':
      if (data instanceof Uint16Array) return { type: 'uint16', dims, data };
      break;
    case 'int16':
      if (data instanceof Int16Array) return { type: 'int16', dims, data };
      break;
    case 'uint32':
      if (data instanceof Uint32Array) return { type: 'uint32', dims, data };
      break;
    case 'int32':
      if (data instanceof Int32Array) return { type: 'int32', dims, data };
      break;
    case 'uint64':
      if (data instanceof BigUint64Array) return { type: 'uint64', dims, data };
      break;
    case 'int64':
      if (data instanceof BigInt64Array) return { type: 'int64', dims, data };
      break;
    case 'int4':
    case 'uint4':
      break;
  }
  throw new CareError(
    'INFERENCE_FAILED',
    `output "${name}" has the unsupported element type ${tensor.type}`,
    {
      details: { output: name },
    },
  );
}
