import type { Tensor, TensorDataType } from '@care/registry-core';
import { badRequest } from '../http/request-refused.js';
import { datatypeOf } from './datatypes.js';
import { approximateNumber, exactInteger, plainString } from './exact-json.js';
import { elementCount } from './tensor-shape.js';

/**
 * A tensor whose `data` came in JSON, flat or nested, row-major. Integers are exact, out of range is an error.
 * @throws RequestRefused 400
 */
export function tensorFromJson(
  name: string,
  type: TensorDataType,
  dims: readonly number[],
  data: unknown,
): Tensor {
  const count = elementCount(name, dims);
  if (!Array.isArray(data)) throw badRequest(`"${name}": data must be an array`);
  // Before memory is taken for them.
  const found = leafCount(data);
  if (found !== count) throw badRequest(`"${name}": data has ${found} elements, its shape says ${count}`);
  const elements = new Elements(name, type, data, dims.length);
  switch (type) {
    case 'bool':
      return { type, dims, data: elements.fill(new Uint8Array(count), asBool) };
    case 'uint8':
      return { type, dims, data: elements.fill(new Uint8Array(count), asWhole(0, 0xff)) };
    case 'uint16':
      return { type, dims, data: elements.fill(new Uint16Array(count), asWhole(0, 0xffff)) };
    case 'uint32':
      return { type, dims, data: elements.fill(new Uint32Array(count), asWhole(0, 0xffff_ffff)) };
    case 'int8':
      return { type, dims, data: elements.fill(new Int8Array(count), asWhole(-0x80, 0x7f)) };
    case 'int16':
      return { type, dims, data: elements.fill(new Int16Array(count), asWhole(-0x8000, 0x7fff)) };
    case 'int32':
      return { type, dims, data: elements.fill(new Int32Array(count), asWhole(-0x8000_0000, 0x7fff_ffff)) };
    case 'uint64':
      return { type, dims, data: elements.fill(new BigUint64Array(count), asLong(0n, 2n ** 64n - 1n)) };
    case 'int64':
      return {
        type,
        dims,
        data: elements.fill(new BigInt64Array(count), asLong(-(2n ** 63n), 2n ** 63n - 1n)),
      };
    case 'float32':
      return { type, dims, data: elements.fill(new Float32Array(count), approximateNumber) };
    case 'float64':
      return { type, dims, data: elements.fill(new Float64Array(count), approximateNumber) };
    case 'string': {
      const texts: string[] = [];
      return { type, dims, data: elements.fill(texts, plainString) };
    }
    case 'float16':
      throw badRequest(`"${name}": FP16 has no form in JSON; send it as binary data`);
  }
}

/** Elements of nested arrays, read in their order. */
class Elements {
  constructor(
    private readonly name: string,
    private readonly type: TensorDataType,
    private readonly data: readonly unknown[],
    private readonly depth: number,
  ) {}

  fill<T, Target extends Record<number, T>>(target: Target, read: (value: unknown) => T | undefined): Target {
    let index = 0;
    const visit = (values: readonly unknown[], depth: number): void => {
      for (const value of values) {
        if (Array.isArray(value)) {
          if (depth <= 1) throw badRequest(`"${this.name}": data is nested deeper than its shape`);
          visit(value, depth - 1);
          continue;
        }
        const element = read(value);
        if (element === undefined) {
          throw badRequest(`"${this.name}": element ${index} is no ${datatypeOf(this.type)}`);
        }
        target[index++] = element;
      }
    };
    visit(this.data, Math.max(1, this.depth));
    return target;
  }
}

/** Elements of nested arrays that are no arrays, however deep: without recursion, as the depth is the client's. */
function leafCount(data: readonly unknown[]): number {
  let count = 0;
  const open: (readonly unknown[])[] = [data];
  for (let values = open.pop(); values !== undefined; values = open.pop()) {
    for (const value of values) {
      if (Array.isArray(value)) open.push(value);
      else count++;
    }
  }
  return count;
}

function asBool(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === 0 || value === 1 ? value : undefined;
}

function asWhole(min: number, max: number) {
  return (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

function asLong(min: bigint, max: bigint) {
  return (value: unknown): bigint | undefined => {
    const integer = exactInteger(value);
    return integer !== undefined && integer >= min && integer <= max ? integer : undefined;
  };
}
