import { readInteger, readMessage, readText, type FieldHandlers } from './message-walk.js';
import type { OnnxElementType, OnnxValue } from './onnx-facts.js';
import { elementType } from './tensor-walk.js';
import { WireError, type Walk, type WireReader } from './wire-reader.js';

const MAX_RANK = 64;

interface ValueState {
  name: string;
  kind: OnnxValue['kind'];
  elementType: OnnxElementType;
  shape: (number | string)[] | undefined;
}

/** TensorShapeProto.Dimension: dim_value = 1, dim_param = 2. */
const DIMENSION: FieldHandlers<{ size: number | string }> = {
  1(reader, dimension, wire) {
    dimension.size = Math.max(readInteger(reader, wire), -1);
  },
  *2(reader, dimension, wire) {
    const name = yield* readText(reader, wire);
    dimension.size = name === '' ? -1 : name;
  },
};

/** TensorShapeProto: dim = 1. */
const SHAPE: FieldHandlers<(number | string)[]> = {
  *1(reader, shape, wire, depth) {
    const dimension: { size: number | string } = { size: -1 };
    yield* readMessage(reader, wire, DIMENSION, dimension, depth);
    if (shape.push(dimension.size) > MAX_RANK) throw new WireError('too many dimensions', reader.position);
  },
};

/** TypeProto.Tensor and TypeProto.SparseTensor: elem_type = 1, shape = 2. */
const TENSOR_TYPE: FieldHandlers<ValueState> = {
  1(reader, value, wire) {
    value.elementType = elementType(readInteger(reader, wire));
  },
  *2(reader, value, wire, depth) {
    value.shape = [];
    yield* readMessage(reader, wire, SHAPE, value.shape, depth);
  },
};

/** TypeProto: tensor_type = 1, sequence_type = 4, map_type = 5, sparse_tensor_type = 8, optional_type = 9. */
const TYPE: FieldHandlers<ValueState> = {
  *1(reader, value, wire, depth) {
    value.kind = 'tensor';
    yield* readMessage(reader, wire, TENSOR_TYPE, value, depth);
  },
  4(reader, value, wire) {
    value.kind = 'sequence';
    reader.skip(wire);
  },
  5(reader, value, wire) {
    value.kind = 'map';
    reader.skip(wire);
  },
  *8(reader, value, wire, depth) {
    value.kind = 'sparse-tensor';
    yield* readMessage(reader, wire, TENSOR_TYPE, value, depth);
  },
  9(reader, value, wire) {
    value.kind = 'optional';
    reader.skip(wire);
  },
};

/** ValueInfoProto of onnx.proto3: name = 1, type = 2. */
const VALUE: FieldHandlers<ValueState> = {
  *1(reader, value, wire) {
    value.name = yield* readText(reader, wire);
  },
  *2(reader, value, wire, depth) {
    yield* readMessage(reader, wire, TYPE, value, depth);
  },
};

export function* readValue(reader: WireReader, wire: number, depth: number): Walk<OnnxValue> {
  const value: ValueState = { name: '', kind: 'unknown', elementType: 'undefined', shape: undefined };
  yield* readMessage(reader, wire, VALUE, value, depth);
  const { name, kind, shape } = value;
  return { name, kind, elementType: value.elementType, ...(shape === undefined ? {} : { shape }) };
}
