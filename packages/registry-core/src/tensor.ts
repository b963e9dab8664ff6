/** Element types of the contract, named as in NumPy and the Open Inference Protocol. */
export interface TensorDataMap {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE 754 half precision as raw bits. */
  float16: Uint16Array;
  uint8: Uint8Array;
  int8: Int8Array;
  uint16: Uint16Array;
  int16: Int16Array;
  uint32: Uint32Array;
  int32: Int32Array;
  uint64: BigUint64Array;
  int64: BigInt64Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
  string: readonly string[];
}
export type TensorDataType = keyof TensorDataMap;

/** A dense, row-major tensor. `data.length` equals the product of `dims` (1 for a scalar). */
export type Tensor = {
  [T in TensorDataType]: {
    readonly type: T;
    readonly dims: readonly number[];
    readonly data: TensorDataMap[T];
  };
}[TensorDataType];

/** Name, element type and shape of a model's input or output. A string or `-1` is a dynamic dimension. */
export interface TensorSpec {
  readonly name: string;
  readonly type: TensorDataType;
  readonly shape: readonly (number | string)[];
}
