import { CareError, type Tensor, type TensorDataType } from '@care/registry-core';
import type { elementTypeString, SupportedTypedArray } from 'openvino-node';
import { halvesToSingles, singlesToHalves } from './half-precision.js';

/** What the binding carries in and out for an element type of the contract. */
type Carried = Exclude<elementTypeString, 'string'>;

/** OpenVINO's name of each element type, and what carries it where the binding does not know the type itself. */
const TYPES: Readonly<Record<string, { readonly type: TensorDataType; readonly carrier: Carried }>> = {
  f32: { type: 'float32', carrier: 'f32' },
  f64: { type: 'float64', carrier: 'f64' },
  f16: { type: 'float16', carrier: 'f32' },
  u8: { type: 'uint8', carrier: 'u8' },
  i8: { type: 'int8', carrier: 'i8' },
  u16: { type: 'uint16', carrier: 'u16' },
  i16: { type: 'int16', carrier: 'i16' },
  u32: { type: 'uint32', carrier: 'u32' },
  i32: { type: 'int32', carrier: 'i32' },
  u64: { type: 'uint64', carrier: 'u64' },
  i64: { type: 'int64', carrier: 'i64' },
  boolean: { type: 'bool', carrier: 'u8' },
};

/** An element type of the engine as the contract's, with what carries it. */
export interface ElementType {
  readonly type: TensorDataType;
  readonly carrier: Carried;
  /** The model has to convert at its edge, as the binding does not pass this type on. */
  readonly converted: boolean;
}

/** @throws CareError MODEL_INCOMPATIBLE for a type that the binding cannot carry (string, bf16, 4-bit numbers) */
export function elementTypeOf(engineType: string, tensor: string): ElementType {
  const known = TYPES[engineType];
  if (known !== undefined) return { ...known, converted: known.carrier !== engineType };
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `"${tensor}" has the element type ${engineType}, which openvino-node does not pass on`,
    { details: { tensor, backend: 'openvino' } },
  );
}

/**
 * The data of an input as the binding takes it: a whole buffer that begins at 0 and is not shared; copied only where it is not.
 * @throws CareError UNSUPPORTED for 64-bit integers that OpenVINO would cut to 32 bits without a word
 */
export function carriedData(name: string, tensor: Tensor): SupportedTypedArray {
  const { type, data } = tensor;
  if (type === 'string') {
    throw new CareError('UNSUPPORTED', `input "${name}": openvino-node does not pass on strings`);
  }
  if (type === 'float16') return halvesToSingles(data);
  if (type === 'bool') return data.map((value) => (value === 0 ? 0 : 1));
  if (type === 'int64' || type === 'uint64') refuseWide(name, data);
  return wholeBuffer(data);
}

function wholeBuffer<T extends SupportedTypedArray>(data: T): T {
  const { buffer, byteOffset, byteLength } = data;
  const whole = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  // The copy has the class of what is copied.
  return whole ? data : (data.slice() as T);
}

const INT32_MIN = -(2n ** 31n);
const INT32_MAX = 2n ** 31n - 1n;

function refuseWide(name: string, data: BigInt64Array | BigUint64Array): void {
  for (const value of data) {
    if (value >= INT32_MIN && value <= INT32_MAX) continue;
    throw new CareError(
      'UNSUPPORTED',
      `input "${name}" holds ${value}: OpenVINO computes 64-bit integers in 32 bits and would give wrong numbers`,
      {
        remedy:
          'Keep the values within 32 bits, or run this model with another backend, e.g. @care/backend-ort.',
        details: { input: name, backend: 'openvino' },
      },
    );
  }
}

/** An output of the binding, which is a copy already, as a tensor of the contract. */
export function toTensor(
  name: string,
  type: TensorDataType,
  dims: readonly number[],
  data: SupportedTypedArray,
): Tensor {
  if (type === 'float16' && data instanceof Float32Array) return { type, dims, data: singlesToHalves(data) };
  if (type === 'float32' && data instanceof Float32Array) return { type, dims, data };
  if (type === 'float64' && data instanceof Float64Array) return { type, dims, data };
  if ((type === 'uint8' || type === 'bool') && data instanceof Uint8Array) return { type, dims, data };
  if (type === 'int8' && data instanceof Int8Array) return { type, dims, data };
  if (type === 'uint16' && data instanceof Uint16Array) return { type, dims, data };
  if (type === 'int16' && data instanceof Int16Array) return { type, dims, data };
  if (type === 'uint32' && data instanceof Uint32Array) return { type, dims, data };
  if (type === 'int32' && data instanceof Int32Array) return { type, dims, data };
  if (type === 'uint64' && data instanceof BigUint64Array) return { type, dims, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, dims, data };
  throw new CareError(
    'INFERENCE_FAILED',
    `output "${name}" came as ${data.constructor.name}, not as ${type}`,
    {
      details: { output: name, backend: 'openvino' },
    },
  );
}
