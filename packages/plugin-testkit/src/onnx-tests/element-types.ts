import type { TensorDataType } from '@care/registry-core';
import { ONNX_ELEMENT_TYPE } from '../onnx/onnx-builder.js';

/** TensorProto.DataType of what the contract has no element type for. */
const FOREIGN: Readonly<Record<number, string>> = {
  0: 'undefined',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
};

const KNOWN = new Map<number, TensorDataType>();
for (const [type, number] of Object.entries(ONNX_ELEMENT_TYPE)) {
  if (isDataType(type)) KNOWN.set(number, type);
}

/** The element type of the contract, or undefined for one that it does not have. */
export function elementType(number: number): TensorDataType | undefined {
  return KNOWN.get(number);
}

export function elementTypeName(number: number): string {
  return KNOWN.get(number) ?? FOREIGN[number] ?? `type ${number}`;
}

function isDataType(type: string): type is TensorDataType {
  return type in ONNX_ELEMENT_TYPE;
}
