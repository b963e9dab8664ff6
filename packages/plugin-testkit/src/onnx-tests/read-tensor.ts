import type { Tensor, TensorDataType } from '@care/registry-core';
import { elementType, elementTypeName } from './element-types.js';
import { protobufFields, textOf, varintsOf } from './protobuf-fields.js';

/** Fields of TensorProto, onnx.proto3 of the ONNX project. */
const FIELD = { dims: 1, type: 2, float: 4, int32: 5, string: 6, int64: 7, raw: 9, double: 10, uint64: 11 };

interface Collected {
  readonly dims: number[];
  type: number;
  raw: Uint8Array | undefined;
  readonly integers: bigint[];
  readonly floats: Uint8Array[];
  readonly texts: string[];
}

/**
 * The tensor of a TensorProto: `input_0.pb` and `output_0.pb` of the tests. Values may lie in `raw_data` or in the field
 * of their kind; ONNX is little-endian, and so is every machine that Node runs on.
 * @throws RangeError for what is no TensorProto, or of an element type that the contract does not have
 */
export function readTensor(message: Uint8Array): Tensor {
  const found = collect(message);
  const type = elementType(found.type);
  if (type === undefined) throw new RangeError(`element type ${elementTypeName(found.type)}`);
  const tensor = toTensor(type, found);
  const elements = found.dims.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== elements) {
    throw new RangeError(
      `${tensor.data.length} elements, its shape [${found.dims.join(', ')}] says ${elements}`,
    );
  }
  return tensor;
}

function collect(message: Uint8Array): Collected {
  const found: Collected = { dims: [], type: 0, raw: undefined, integers: [], floats: [], texts: [] };
  for (const field of protobufFields(message)) {
    switch (field.number) {
      case FIELD.dims:
        for (const dim of varintsOf(field)) found.dims.push(Number(BigInt.asIntN(64, dim)));
        break;
      case FIELD.type:
        found.type = Number(field.integer ?? 0n);
        break;
      case FIELD.raw:
        found.raw = field.bytes;
        break;
      case FIELD.string:
        found.texts.push(textOf(field));
        break;
      case FIELD.float:
      case FIELD.double:
        found.floats.push(field.bytes);
        break;
      case FIELD.int32:
      case FIELD.int64:
      case FIELD.uint64:
        found.integers.push(...varintsOf(field));
        break;
    }
  }
  return found;
}

function toTensor(type: TensorDataType, { dims, raw, integers, floats, texts }: Collected): Tensor {
  // A copy: typed arrays need their bytes aligned.
  const bytes = new Uint8Array(raw ?? Buffer.concat(floats)).buffer;
  const small = (): number[] => integers.map((value) => Number(BigInt.asIntN(64, value)));
  const listed = raw === undefined;
  switch (type) {
    case 'string':
      return { type, dims, data: texts };
    case 'float32':
      return { type, dims, data: new Float32Array(bytes) };
    case 'float64':
      return { type, dims, data: new Float64Array(bytes) };
    case 'float16':
      return { type, dims, data: listed ? Uint16Array.from(small()) : new Uint16Array(bytes) };
    case 'bool':
    case 'uint8':
      return { type, dims, data: listed ? Uint8Array.from(small()) : new Uint8Array(bytes) };
    case 'int8':
      return { type, dims, data: listed ? Int8Array.from(small()) : new Int8Array(bytes) };
    case 'uint16':
      return { type, dims, data: listed ? Uint16Array.from(small()) : new Uint16Array(bytes) };
    case 'int16':
      return { type, dims, data: listed ? Int16Array.from(small()) : new Int16Array(bytes) };
    case 'uint32':
      return { type, dims, data: listed ? Uint32Array.from(small()) : new Uint32Array(bytes) };
    case 'int32':
      return { type, dims, data: listed ? Int32Array.from(small()) : new Int32Array(bytes) };
    case 'uint64':
      return { type, dims, data: listed ? BigUint64Array.from(integers) : new BigUint64Array(bytes) };
    case 'int64':
      return { type, dims, data: listed ? BigInt64Array.from(integers) : new BigInt64Array(bytes) };
  }
}
