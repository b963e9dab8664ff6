import { CareError, type Tensor, type TensorDataType, type TensorSpec } from '@care/registry-core';
import type * as Web from 'onnxruntime-web';

export type Engine = typeof Web;
type EngineTensor = Web.Tensor;

const TYPES: ReadonlySet<string> = new Set<TensorDataType>([
  ...(['float32', 'float64', 'float16', 'bool', 'string'] as const),
  ...(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64'] as const),
]);

function isDataType(type: string): type is TensorDataType {
  return TYPES.has(type);
}

/** What the engine gives for a dynamic dimension without a name: -1 as an unsigned number of 32 bits. */
const UNNAMED = 2 ** 32 - 1;

/** @throws CareError MODEL_INCOMPATIBLE for what is no dense tensor of a type that the contract has */
export function toSpec(value: Web.InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor || !isDataType(value.type)) {
    throw new CareError(
      'MODEL_INCOMPATIBLE',
      `"${value.name}" is of a type that this backend does not pass on`,
      {
        details: { tensor: value.name },
      },
    );
  }
  const shape = value.shape.map((dim) => (dim === '' || dim === UNNAMED ? -1 : dim));
  return { name: value.name, type: value.type, shape };
}

/** Data in shared memory are copied by the engine, like all others: into the memory of WebAssembly. */
export function toEngineTensor(engine: Engine, { type, data, dims }: Tensor): EngineTensor {
  return new engine.Tensor(type, data, dims);
}

/** A tensor of the engine as one of the contract; its data are the caller's own copy already. */
export function fromEngineTensor(name: string, { type, dims, data }: EngineTensor): Tensor {
  if (type === 'float32' && data instanceof Float32Array) return { type, dims, data };
  if (type === 'float64' && data instanceof Float64Array) return { type, dims, data };
  if (type === 'int8' && data instanceof Int8Array) return { type, dims, data };
  if (type === 'int16' && data instanceof Int16Array) return { type, dims, data };
  if (type === 'int32' && data instanceof Int32Array) return { type, dims, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, dims, data };
  if (type === 'uint16' && data instanceof Uint16Array) return { type, dims, data };
  if (type === 'uint32' && data instanceof Uint32Array) return { type, dims, data };
  if (type === 'uint64' && data instanceof BigUint64Array) return { type, dims, data };
  if ((type === 'uint8' || type === 'bool') && data instanceof Uint8Array) return { type, dims, data };
  if (type === 'string' && Array.isArray(data)) return { type, dims, data };
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    // A Float16Array where Node has one, otherwise the raw bits already.
    return { type, dims, data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) };
  }
  throw new CareError(
    'INFERENCE_FAILED',
    `output "${name}" is of the type ${type}, which this backend does not pass on`,
  );
}
