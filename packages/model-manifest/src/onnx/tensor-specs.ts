import type { TensorSpec } from '@care/registry-core';
import type { OnnxValue } from './onnx-facts.js';

/** The contract's form of graph inputs or outputs; without what the contract has no word for (sequences, bfloat16, no shape). */
export function tensorSpecs(values: readonly OnnxValue[]): TensorSpec[] {
  return values.flatMap(toTensorSpec);
}

function toTensorSpec({ name, kind, elementType, shape }: OnnxValue): TensorSpec[] {
  if (kind !== 'tensor' || shape === undefined) return [];
  switch (elementType) {
    case 'float32':
    case 'float64':
    case 'float16':
    case 'uint8':
    case 'int8':
    case 'uint16':
    case 'int16':
    case 'uint32':
    case 'int32':
    case 'uint64':
    case 'int64':
    case 'bool':
    case 'string':
      return [{ name, type: elementType, shape }];
    case 'undefined':
    case 'complex64':
    case 'complex128':
    case 'bfloat16':
    case 'float8e4m3fn':
    case 'float8e4m3fnuz':
    case 'float8e5m2':
    case 'float8e5m2fnuz':
    case 'float8e8m0':
    case 'float4e2m1':
    case 'uint4':
    case 'int4':
    case 'uint2':
    case 'int2':
      return [];
  }
}
