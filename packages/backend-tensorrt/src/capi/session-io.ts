import { CareError, type TensorSpec } from '@care/registry-core';
import { elementTypeOf } from './element-types.js';
import type { OrtFunction, OrtObject } from './ort-functions.js';
import type { OrtLibrary } from './ort-library.js';

const SIDES = {
  inputs: { count: 'SessionGetInputCount', name: 'SessionGetInputName', type: 'SessionGetInputTypeInfo' },
  outputs: { count: 'SessionGetOutputCount', name: 'SessionGetOutputName', type: 'SessionGetOutputTypeInfo' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OrtFunction>>>>;

/** Names, element types and shapes of a session. @throws CareError MODEL_INCOMPATIBLE for what is no plain tensor */
export function describeSession(
  library: OrtLibrary,
  session: bigint,
  side: keyof typeof SIDES,
): readonly TensorSpec[] {
  const { count, name, type } = SIDES[side];
  const allocator = library.make('GetAllocatorWithDefaultOptions');
  return Array.from({ length: Number(library.make(count, session)) }, (_, index) => {
    const text = library.make(name, session, index, allocator);
    const tensor = library.textAt(text);
    library.call('AllocatorFree', allocator, text);
    return using(library, 'TypeInfo', library.make(type, session, index), (info) => {
      const shape = library.make('CastTypeInfoToTensorInfo', info);
      if (shape === 0n) {
        throw new CareError(
          'MODEL_INCOMPATIBLE',
          `"${tensor}" is no tensor; only dense tensors are supported`,
          {
            details: { tensor, backend: 'tensorrt' },
          },
        );
      }
      const { elementType, dims } = shapeAndType(library, shape);
      const names = symbolicNames(library, shape, dims.length);
      return {
        name: tensor,
        type: elementTypeOf(elementType, tensor),
        shape: dims.map((dim, axis) => (dim >= 0 ? dim : (names[axis] ?? -1))),
      };
    });
  });
}

export function shapeAndType(
  library: OrtLibrary,
  info: bigint,
): { readonly elementType: number; readonly dims: readonly number[] } {
  const type = new Int32Array(1);
  library.call('GetTensorElementType', info, type);
  const dims = new BigInt64Array(Number(library.make('GetDimensionsCount', info)));
  if (dims.length > 0) library.call('GetDimensions', info, dims, dims.length);
  return { elementType: type[0] ?? 0, dims: Array.from(dims, Number) };
}

/** Undefined for a dimension without a name. */
function symbolicNames(library: OrtLibrary, info: bigint, rank: number): readonly (string | undefined)[] {
  if (rank === 0) return [];
  const names = new BigUint64Array(rank);
  library.call('GetSymbolicDimensions', info, names, rank);
  return Array.from(names, (address) => {
    const text = address === 0n ? '' : library.textAt(address);
    return text === '' ? undefined : text;
  });
}

/** Uses an object of the engine and always frees it. */
export function using<T>(
  library: OrtLibrary,
  kind: OrtObject,
  object: bigint,
  use: (object: bigint) => T,
): T {
  try {
    return use(object);
  } finally {
    library.release(kind, object);
  }
}
