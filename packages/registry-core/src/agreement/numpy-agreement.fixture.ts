import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '../tensor.js';

/** A tensor of the file that tools/fixtures/agreement_tensors.py writes. */
interface Stored {
  readonly type: string;
  readonly dims: readonly number[];
  /** Halves as their bits; 64-bit integers and what is not finite as text. */
  readonly data: readonly (number | string)[];
}

export interface NumpyCase {
  readonly name: string;
  readonly reference: Stored;
  readonly candidate: Stored;
  readonly expected: {
    readonly elements: number;
    readonly unequal: number;
    readonly beyond: number;
    readonly broken_numbers: number;
    readonly max_absolute: number;
    readonly mean_absolute: number;
    readonly max_relative: number;
    readonly mean_relative: number;
    readonly flat_candidate: readonly number[];
    readonly flat_reference: readonly number[];
  };
}

interface NumpyAgreement {
  readonly absolute: number;
  readonly relative: number;
  readonly cases: readonly NumpyCase[];
}

export function numpyAgreement(): NumpyAgreement {
  const file = fileURLToPath(new URL('fixtures/numpy-agreement.json', import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as NumpyAgreement;
}

export function tensorOf({ type, dims, data }: Stored): Tensor {
  const floats = (): number[] =>
    data.map((value) => (typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity'))));
  switch (type) {
    case 'float16':
      return { type, dims, data: Uint16Array.from(floats()) };
    case 'float32':
      return { type, dims, data: Float32Array.from(floats()) };
    case 'float64':
      return { type, dims, data: Float64Array.from(floats()) };
    case 'uint8':
    case 'bool':
      return { type, dims, data: Uint8Array.from(floats()) };
    case 'int32':
      return { type, dims, data: Int32Array.from(floats()) };
    case 'int64':
      return { type, dims, data: BigInt64Array.from(data, BigInt) };
    default:
      throw new Error(`the fixture has a ${type} tensor`);
  }
}
