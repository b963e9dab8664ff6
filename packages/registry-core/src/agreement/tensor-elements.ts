import { fromHalf } from '../half-float.js';
import type { Tensor } from '../tensor.js';

export type Numbers = ArrayLike<number> & Iterable<number>;

/** What the elements of a tensor stand for; 64-bit integers as the nearest float. Undefined for text. */
export function tensorNumbers(tensor: Tensor): Numbers | undefined {
  switch (tensor.type) {
    case 'string':
      return undefined;
    case 'float16':
      return Float32Array.from(tensor.data, fromHalf);
    case 'int64':
    case 'uint64':
      return Float64Array.from(tensor.data, Number);
    case 'float32':
    case 'float64':
    case 'uint8':
    case 'int8':
    case 'uint16':
    case 'int16':
    case 'uint32':
    case 'int32':
    case 'bool':
      return tensor.data;
  }
}

/** Differences of 64-bit integers, exact where the numbers are too great for a float. Undefined for all other pairs. */
export function bigDifferences(reference: Tensor, candidate: Tensor): Float64Array | undefined {
  const from = bigData(reference);
  const to = bigData(candidate);
  if (from === undefined || to === undefined) return undefined;
  return Float64Array.from(to, (value, index) => Number(value - (from[index] ?? 0n)));
}

function bigData(tensor: Tensor): BigInt64Array | BigUint64Array | undefined {
  return tensor.type === 'int64' || tensor.type === 'uint64' ? tensor.data : undefined;
}

/** Number of elements that a shape says. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
