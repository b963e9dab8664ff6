import { CareError, type Tensor, type TensorDataMap, type TensorDataType } from '@care/registry-core';

export type NumericType = Exclude<TensorDataType, 'string'>;

/** ONNXTensorElementDataType of onnxruntime_c_api.h by the contract's names. */
export const ELEMENT_TYPE_NUMBERS: Readonly<Record<NumericType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

const BY_NUMBER: ReadonlyMap<number, NumericType> = new Map(
  (Object.keys(ELEMENT_TYPE_NUMBERS) as NumericType[]).map((type) => [ELEMENT_TYPE_NUMBERS[type], type]),
);

/** @throws CareError MODEL_INCOMPATIBLE for what has no fixed size (text) or no place in the contract (bfloat16, 8-bit floats) */
export function elementTypeOf(number: number, tensor: string): NumericType {
  const type = BY_NUMBER.get(number);
  if (type !== undefined) return type;
  throw new CareError(
    'MODEL_INCOMPATIBLE',
    `"${tensor}" has the element type ${number} of ONNX Runtime, which this backend does not pass on`,
    { details: { tensor, backend: 'tensorrt' } },
  );
}

type View = { readonly [T in NumericType]: new (buffer: ArrayBuffer) => TensorDataMap[T] };

const VIEWS: View = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

export function bytesPerElement(type: NumericType): number {
  return new VIEWS[type](new ArrayBuffer(0)).BYTES_PER_ELEMENT;
}

export function tensorOf(type: NumericType, dims: readonly number[], bytes: ArrayBuffer): Tensor {
  // One type of the union by its name; TypeScript does not see that both sides are of the same one.
  return { type, dims, data: new VIEWS[type](bytes) } as Tensor;
}
