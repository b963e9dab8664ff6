import type { Tensor, TensorDataType } from '@care/registry-core';
import { badRequest } from '../http/request-refused.js';
import { datatypeOf } from './datatypes.js';
import { elementCount } from './tensor-shape.js';

const BYTES_PER_ELEMENT: Readonly<Record<Exclude<TensorDataType, 'string'>, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  float16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
  int64: 8,
  float64: 8,
};

export function bytesPerElement(type: TensorDataType): number | undefined {
  return type === 'string' ? undefined : BYTES_PER_ELEMENT[type];
}

/**
 * A tensor from the bytes of the binary tensor extension: row-major, little-endian, BOOL one byte, BYTES each with its length before it
 * (uint32, little-endian). The data is a copy that fills a buffer of its own.
 * @throws RequestRefused 400
 */
export function tensorFromBytes(
  name: string,
  type: TensorDataType,
  dims: readonly number[],
  bytes: Uint8Array,
): Tensor {
  const count = elementCount(name, dims);
  if (type === 'string') return { type, dims, data: stringsFromBytes(name, bytes, count) };
  const wanted = count * BYTES_PER_ELEMENT[type];
  if (bytes.length !== wanted) {
    throw badRequest(
      `"${name}": has ${bytes.length} bytes of binary data, ${datatypeOf(type)} of shape [${dims.join(', ')}] has ${wanted}`,
    );
  }
  const { buffer } = new Uint8Array(bytes);
  switch (type) {
    case 'bool': {
      const data = new Uint8Array(buffer);
      if (data.some((value) => value > 1)) throw badRequest(`"${name}": a BOOL is 0 or 1`);
      return { type, dims, data };
    }
    case 'uint8':
      return { type, dims, data: new Uint8Array(buffer) };
    case 'int8':
      return { type, dims, data: new Int8Array(buffer) };
    case 'uint16':
    case 'float16':
      return { type, dims, data: new Uint16Array(buffer) };
    case 'int16':
      return { type, dims, data: new Int16Array(buffer) };
    case 'uint32':
      return { type, dims, data: new Uint32Array(buffer) };
    case 'int32':
      return { type, dims, data: new Int32Array(buffer) };
    case 'uint64':
      return { type, dims, data: new BigUint64Array(buffer) };
    case 'int64':
      return { type, dims, data: new BigInt64Array(buffer) };
    case 'float32':
      return { type, dims, data: new Float32Array(buffer) };
    case 'float64':
      return { type, dims, data: new Float64Array(buffer) };
  }
}

/** The bytes of a tensor, as {@link tensorFromBytes} reads them; not copied but for strings. */
export function bytesFromTensor(tensor: Tensor): Buffer {
  if (tensor.type === 'string') {
    return Buffer.concat(
      tensor.data.flatMap((text) => {
        const bytes = Buffer.from(text, 'utf8');
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        return [length, bytes];
      }),
    );
  }
  const { buffer, byteOffset, byteLength } = tensor.data;
  return Buffer.from(buffer, byteOffset, byteLength);
}

function stringsFromBytes(name: string, bytes: Uint8Array, count: number): string[] {
  const wrong = (): Error => badRequest(`"${name}": the binary data does not hold ${count} BYTES elements`);
  // Each has at least its length: no array is made for a count that the data cannot hold.
  if (count * 4 > bytes.length) throw wrong();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const texts: string[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 4 > bytes.length) throw wrong();
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) throw wrong();
    texts.push(decodedText(name, decoder, bytes.subarray(at + 4, end)));
    at = end;
  }
  if (at !== bytes.length) throw wrong();
  return texts;
}

/** The engine takes strings as text, so other bytes would not come through as they are. */
function decodedText(name: string, decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badRequest(`"${name}": a BYTES element is not UTF-8, which is all that can be taken here`);
  }
}
