import type { TensorDataType } from '@care/registry-core';

/** Element types of the Open Inference Protocol. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

const DATATYPES: Readonly<Record<TensorDataType, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

const TYPES = new Map<string, TensorDataType>(
  Object.entries(DATATYPES).map(([type, datatype]) => [datatype, type as TensorDataType]),
);

export function datatypeOf(type: TensorDataType): Datatype {
  return DATATYPES[type];
}

/** Undefined for a datatype that is not of the protocol, and for BF16, which no backend here has. */
export function tensorTypeOf(datatype: unknown): TensorDataType | undefined {
  return typeof datatype === 'string' ? TYPES.get(datatype) : undefined;
}
