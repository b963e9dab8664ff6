import type { Tensor } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../onnx/protobuf-writer.js';
import { readTensor } from './read-tensor.js';
import { tensorProto } from './test-files.fixture.js';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('readTensor', () => {
  // Bytes by onnx.helper.make_tensor(...).SerializeToString() of Python's onnx 1.23, values in the field of their kind.
  it.each<[string, string, Tensor]>([
    [
      'float_data',
      '0801 0802 1001 2208 0000c03f 000000c0',
      { type: 'float32', dims: [1, 2], data: Float32Array.of(1.5, -2) },
    ],
    [
      'double_data',
      '0801 100b 5208 000000000000f83f',
      { type: 'float64', dims: [1], data: Float64Array.of(1.5) },
    ],
    [
      'int64_data',
      '0802 1007 3a0b 01 feffffffffffffffff01',
      { type: 'int64', dims: [2], data: BigInt64Array.of(1n, -2n) },
    ],
    [
      'int32_data of int8',
      '0802 1003 2a0b 01 feffffffffffffffff01',
      { type: 'int8', dims: [2], data: Int8Array.of(1, -2) },
    ],
    [
      'int32_data of float16',
      '0802 100a 2a05 8078 808003',
      { type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0xc000) },
    ],
    ['int32_data of bool', '0802 1009 2a02 0100', { type: 'bool', dims: [2], data: Uint8Array.of(1, 0) }],
    [
      'uint64_data of uint32',
      '0801 100c 5a05 ffffffff0f',
      { type: 'uint32', dims: [1], data: Uint32Array.of(2 ** 32 - 1) },
    ],
    ['string_data', '0802 1008 3202 6869 3200', { type: 'string', dims: [2], data: ['hi', ''] }],
    ['a scalar', '1006 2a01 07', { type: 'int32', dims: [], data: Int32Array.of(7) }],
    ['an empty tensor', '0800 1007', { type: 'int64', dims: [0], data: new BigInt64Array(0) }],
  ])('reads %s', (_name, hex, expected) => {
    expect(readTensor(bytes(hex))).toEqual(expected);
  });

  it.each([
    ['bfloat16', '0801 1010 4a02 803f', /element type bfloat16/],
    ['fewer values than its shape says', '0803 1001 4a04 0000803f', /1 elements, its shape \[3\]/],
    ['half a value', '0801 1001 4a03 000080', /./],
    ['the end inside a field', '0801 1001 4aff', /ends inside/],
  ])('refuses %s', (_name, hex, message) => {
    expect(() => readTensor(bytes(hex))).toThrow(message);
  });

  it('gives back what was written', () => {
    const tensors = fc.oneof(
      fc
        .float32Array({ noNaN: true })
        .map((data): Tensor => ({ type: 'float32', dims: [data.length], data })),
      fc.bigInt64Array().map((data): Tensor => ({ type: 'int64', dims: [data.length], data })),
      fc.uint16Array().map((data): Tensor => ({ type: 'float16', dims: [1, data.length], data })),
      fc
        .array(fc.string({ unit: 'grapheme' }))
        .map((data): Tensor => ({ type: 'string', dims: [data.length], data })),
    );
    fc.assert(
      fc.property(tensors, (tensor) => {
        expect(readTensor(tensorProto(tensor))).toEqual(tensor);
      }),
    );
  });

  it('takes any other bytes, or says RangeError', () => {
    const whole = tensorProto({ type: 'float32', dims: [2, 2], data: new Float32Array(4) });
    const spoiled = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = whole.slice();
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), spoiled), (message) => {
        try {
          readTensor(message);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('takes numbers one by one, as proto2 writers put them', () => {
    const message = new ProtobufWriter().varint(1, 2).varint(2, 7).varint(7, 5).varint(7, -1).finish();
    expect(readTensor(message)).toEqual({ type: 'int64', dims: [2], data: BigInt64Array.of(5n, -1n) });
  });
});
