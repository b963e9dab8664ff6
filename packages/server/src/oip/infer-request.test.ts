import type { Tensor, TensorDataType } from '@care/registry-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestRefused } from '../http/request-refused.js';
import { bytesFromTensor, tensorFromBytes } from './binary-tensor.js';
import { datatypeOf } from './datatypes.js';
import { readInferRequest, readRawInferRequest } from './infer-request.js';
import { writeInferResponse } from './infer-response.js';

const servedBy = {
  id: 'm',
  version: '1.0.0',
  registry: 'r',
  variant: 'v',
  backend: 'b',
  device: 'cpu',
  sha256: 'a'.repeat(64),
};

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

/** A tensor of any type but FP16, which has no form in JSON. */
const tensor: fc.Arbitrary<Tensor> = dims.chain((shape) => {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const of = <T>(element: fc.Arbitrary<T>) => fc.array(element, { minLength: count, maxLength: count });
  const whole = (min: number, max: number) => of(fc.integer({ min, max }));
  return fc.oneof(
    whole(0, 1).map((data): Tensor => ({ type: 'bool', dims: shape, data: Uint8Array.from(data) })),
    whole(0, 0xff).map((data): Tensor => ({ type: 'uint8', dims: shape, data: Uint8Array.from(data) })),
    whole(0, 0xffff).map((data): Tensor => ({ type: 'uint16', dims: shape, data: Uint16Array.from(data) })),
    whole(0, 0xffff_ffff).map((data): Tensor => ({
      type: 'uint32',
      dims: shape,
      data: Uint32Array.from(data),
    })),
    whole(-0x80, 0x7f).map((data): Tensor => ({ type: 'int8', dims: shape, data: Int8Array.from(data) })),
    whole(-0x8000, 0x7fff).map((data): Tensor => ({
      type: 'int16',
      dims: shape,
      data: Int16Array.from(data),
    })),
    whole(-0x8000_0000, 0x7fff_ffff).map((data): Tensor => ({
      type: 'int32',
      dims: shape,
      data: Int32Array.from(data),
    })),
    of(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map((data): Tensor => ({
      type: 'uint64',
      dims: shape,
      data: BigUint64Array.from(data),
    })),
    of(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((data): Tensor => ({
      type: 'int64',
      dims: shape,
      data: BigInt64Array.from(data),
    })),
    of(floats).map((data): Tensor => ({ type: 'float32', dims: shape, data: Float32Array.from(data) })),
    of(doubles).map((data): Tensor => ({ type: 'float64', dims: shape, data: Float64Array.from(data) })),
    of(fc.string({ unit: 'grapheme' })).map((data): Tensor => ({ type: 'string', dims: shape, data })),
  );
});

describe('an inference request', () => {
  it('gives back every tensor that an answer of ours holds, in JSON and in binary', () => {
    // The two are each other's inverse: an answer's outputs have the form of a request's inputs.
    fc.assert(
      fc.property(tensor, tensor, fc.boolean(), fc.boolean(), (first, second, firstBinary, secondBinary) => {
        const wanted = [
          { name: 'a', binary: firstBinary },
          { name: '__proto__', binary: secondBinary },
        ];
        const outputs = Object.fromEntries([
          ['a', first],
          ['__proto__', second],
        ]);
        const { body, headerLength } = writeInferResponse(
          { outputs: wanted, binaryOutput: false },
          outputs,
          servedBy,
        );
        const head = body.subarray(0, headerLength ?? body.length).toString();
        const request = Buffer.from(head.replace('"outputs":', '"inputs":'));
        const { inputs } = readInferRequest(
          Buffer.concat([request, body.subarray(headerLength ?? body.length)]),
          headerLength === undefined ? undefined : request.length,
        );
        expect(withoutSign(inputs.a)).toEqual(withoutSign(first));
        expect(withoutSign(Object.entries(inputs)[1]?.[1])).toEqual(withoutSign(second));
      }),
      { numRuns: 300 },
    );
  });

  it('of any bytes is read or refused, and never anything else', () => {
    const header = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), header, (bytes, length) => {
        expectReadOrRefused(() => readInferRequest(Buffer.from(bytes), length));
      }),
    );
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 40 }), (text, tail) => {
        const head = Buffer.from(text);
        expectReadOrRefused(() => readInferRequest(Buffer.concat([head, tail]), head.length));
      }),
    );
  });

  it('whose fields are nearly right is read or refused', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1, 4, 2 ** 53, 1e300, '4', null, [], {}));
    const input = fc.record(
      {
        name: fc.oneof(fc.constant('x'), odd),
        datatype: fc.oneof(fc.constantFrom('FP32', 'INT64', 'BYTES', 'BOOL', 'FP16', 'constructor'), odd),
        shape: fc.oneof(fc.constant([1]), fc.array(odd, { maxLength: 3 }), odd),
        data: fc.oneof(fc.array(odd, { maxLength: 3 }), odd),
        parameters: fc.oneof(fc.record({ binary_data_size: odd }), odd),
      },
      { requiredKeys: [] },
    );
    const request = fc.record(
      { id: odd, parameters: odd, inputs: fc.oneof(fc.array(input, { maxLength: 3 }), odd), outputs: odd },
      { requiredKeys: ['inputs'] },
    );
    fc.assert(
      fc.property(request, fc.uint8Array({ maxLength: 16 }), (value, tail) => {
        const head = Buffer.from(JSON.stringify(value));
        expectReadOrRefused(() => readInferRequest(Buffer.concat([head, tail]), head.length));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps integers beyond 2^53 and refuses what does not fit', () => {
    const data = (datatype: string, text: string) =>
      readInferRequest(
        Buffer.from(
          `{"id":"12345678901234567890","inputs":[{"name":"x","datatype":"${datatype}","shape":[2],"data":[${text}]}]}`,
        ),
      );
    // 2^53 + 1 and the least INT64: neither is a double.
    expect(data('INT64', '9007199254740993, -9223372036854775808')).toEqual({
      id: '12345678901234567890',
      inputs: {
        x: { type: 'int64', dims: [2], data: BigInt64Array.from([9007199254740993n, -9223372036854775808n]) },
      },
      binaryOutput: false,
    });
    expect(data('FP64', '12345678901234567890, 1.2345678901234567')).toMatchObject({
      inputs: { x: { data: Float64Array.from([Number('12345678901234567890'), 1.2345678901234567]) } },
    });
    for (const [datatype, text] of [
      ['INT64', '9223372036854775808, 0'],
      ['UINT64', '-1, 0'],
      ['INT64', '1e3, 0.5'],
      ['INT32', '2147483648, 0'],
      ['BYTES', '"a", 12345678901234567890'],
      ['FP16', '1, 2'],
      ['FP32', '"1", 2'],
      ['FP32', '1'],
      ['FP32', '[1, [2]]'],
    ] as const) {
      expect(() => data(datatype, text), `${datatype} ${text}`).toThrow(RequestRefused);
    }
  });

  it('does not believe a shape or a size', () => {
    const ask = (input: object, tail = 0) => {
      const head = Buffer.from(JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', ...input }] }));
      return () => readInferRequest(Buffer.concat([head, Buffer.alloc(tail)]), head.length);
    };
    const size = (bytes: number) => ({ parameters: { binary_data_size: bytes } });
    expect(ask({ shape: [2 ** 40, 2 ** 40], ...size(0) })).toThrow(/counted/);
    expect(ask({ shape: [2 ** 40], ...size(8) }, 8)).toThrow(/has 8 bytes/);
    expect(ask({ shape: [2], ...size(1e9) }, 8)).toThrow(/8 bytes are left/);
    expect(ask({ shape: [2], ...size(8) }, 9)).toThrow(/1 bytes of binary data belong to no input/);
    expect(ask({ shape: [2 ** 40], data: [] })).toThrow(RequestRefused);
    expect(ask({ shape: [2 ** 31], datatype: 'BYTES', ...size(4) }, 4)).toThrow(/does not hold/);
    expect(ask({ shape: [2], ...size(8) }, 8)().inputs.x).toMatchObject({ data: new Float32Array(2) });
  });
});

describe('a raw request', () => {
  it('is one input of a batch of one, an open dimension follows from the length', () => {
    const spec = { name: 'x', type: 'float32', shape: ['batch', 3, -1] } as const;
    const { inputs, binaryOutput } = readRawInferRequest(Buffer.alloc(3 * 5 * 4), [spec]);
    expect(inputs.x?.dims).toEqual([1, 3, 5]);
    expect(binaryOutput).toBe(true);
    expect(() => readRawInferRequest(Buffer.alloc(13), [spec])).toThrow(RequestRefused);
    expect(() => readRawInferRequest(Buffer.alloc(12), [spec, { ...spec, name: 'y' }])).toThrow(/one input/);
    const text = { name: 't', type: 'string', shape: [-1, 1] } as const;
    expect(readRawInferRequest(Buffer.from('häh'), [text]).inputs.t).toEqual({
      type: 'string',
      dims: [1, 1],
      data: ['häh'],
    });
  });
});

describe('binary data', () => {
  it('of any bytes is a tensor of the right length or refused', () => {
    const types: TensorDataType[] = ['bool', 'float16', 'float32', 'int64', 'string'];
    fc.assert(
      fc.property(fc.constantFrom(...types), dims, fc.uint8Array({ maxLength: 64 }), (type, shape, bytes) => {
        expectReadOrRefused(() => {
          const read = tensorFromBytes('x', type, shape, bytes);
          expect(read.data).toHaveLength(shape.reduce((product, dim) => product * dim, 1));
          expect(new Uint8Array(bytesFromTensor(read))).toEqual(bytes);
        });
      }),
    );
  });

  it('is little-endian', () => {
    // 0x3c00 is 1 in IEEE 754 half precision, 0x3f800000 in single.
    expect(tensorFromBytes('x', 'float16', [1], Uint8Array.of(0x00, 0x3c)).data).toEqual(
      Uint16Array.of(0x3c00),
    );
    expect(tensorFromBytes('x', 'float32', [], Uint8Array.of(0, 0, 0x80, 0x3f)).data).toEqual(
      Float32Array.of(1),
    );
    expect(tensorFromBytes('x', 'string', [2], Uint8Array.of(1, 0, 0, 0, 97, 0, 0, 0, 0)).data).toEqual([
      'a',
      '',
    ]);
    expect(datatypeOf('float16')).toBe('FP16');
  });
});

function expectReadOrRefused(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    expect(error.status).toBe(400);
  }
}

/** JSON has no -0 that JavaScript writes: it comes back as 0. */
function withoutSign(value: Tensor | undefined): unknown {
  if (value === undefined) return undefined;
  const data: unknown[] = Array.from<unknown>(value.data as ArrayLike<unknown>);
  return { ...value, data: data.map((element) => (element === 0 ? 0 : element)) };
}
