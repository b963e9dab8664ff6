import { readInteger, readIntegers, readMessage, readText, type FieldHandlers } from './message-walk.js';
import type { ModelState } from './graph-state.js';
import { ELEMENT_TYPES, type OnnxElementType } from './onnx-facts.js';
import { WireError, type Walk, type WireReader } from './wire-reader.js';

const MAX_RANK = 64;
const MAX_ENTRIES = 64;
const MAX_EXTERNAL = 1_000_000;

export interface Entry {
  key: string;
  value: string;
}

/** StringStringEntryProto of onnx.proto3: key = 1, value = 2. */
export const ENTRY: FieldHandlers<Entry> = {
  *1(reader, entry, wire) {
    entry.key = yield* readText(reader, wire);
  },
  *2(reader, entry, wire) {
    entry.value = yield* readText(reader, wire);
  },
};

interface TensorState {
  name: string;
  type: number;
  readonly dims: number[];
  readonly external: Entry[];
  externalLocation: boolean;
}

/**
 * TensorProto of onnx.proto3: dims = 1, data_type = 2, name = 8, external_data = 13, data_location = 14 (EXTERNAL = 1).
 * The data fields (float_data = 4, ..., raw_data = 9) have no handler, so they are never read.
 */
const TENSOR: FieldHandlers<TensorState> = {
  *1(reader, tensor, wire) {
    yield* readIntegers(reader, wire, tensor.dims, MAX_RANK);
  },
  2(reader, tensor, wire) {
    tensor.type = readInteger(reader, wire);
  },
  *8(reader, tensor, wire) {
    tensor.name = yield* readText(reader, wire);
  },
  *13(reader, tensor, wire, depth) {
    const entry = { key: '', value: '' };
    yield* readMessage(reader, wire, ENTRY, entry, depth);
    if (tensor.external.push(entry) > MAX_ENTRIES)
      throw new WireError('too many external data entries', reader.position);
  },
  14(reader, tensor, wire) {
    tensor.externalLocation = readInteger(reader, wire) === 1;
  },
};

/** Reads a TensorProto, counts its elements and notes where its data lies. @returns its name */
export function* readTensor(
  reader: WireReader,
  wire: number,
  model: ModelState,
  depth: number,
): Walk<string> {
  const tensor: TensorState = { name: '', type: 0, dims: [], external: [], externalLocation: false };
  const start = reader.position;
  yield* readMessage(reader, wire, TENSOR, tensor, depth);
  if (tensor.dims.some((dim) => dim < 0)) throw new WireError(`a tensor of negative size`, start);
  const type = elementType(tensor.type);
  const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
  model.weights.set(type, (model.weights.get(type) ?? 0) + elements);
  if (tensor.externalLocation || tensor.external.length > 0) noteExternal(tensor, model, start);
  return tensor.name;
}

function noteExternal(tensor: TensorState, model: ModelState, at: number): void {
  const entries = new Map(tensor.external.map(({ key, value }) => [key, value]));
  const location = entries.get('location');
  if (location === undefined || location === '')
    throw new WireError(`external data of ${tensor.name} without a location`, at);
  const length = entries.get('length');
  model.externalData.push({
    tensor: tensor.name,
    location,
    offset: bytes(entries.get('offset') ?? '0', at),
    ...(length === undefined ? {} : { length: bytes(length, at) }),
  });
  if (model.externalData.length > MAX_EXTERNAL) throw new WireError('too many external tensors', at);
}

function bytes(text: string, at: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new WireError(`external data at ${JSON.stringify(text.slice(0, 40))}`, at);
  return value;
}

export const elementType = (number: number): OnnxElementType => ELEMENT_TYPES[number] ?? 'undefined';

interface SparseState {
  readonly model: ModelState;
  name: string;
}

/** SparseTensorProto of onnx.proto3: values = 1 (its name is the initializer's), indices = 2. */
const SPARSE: FieldHandlers<SparseState> = {
  *1(reader, sparse, wire, depth) {
    sparse.name = yield* readTensor(reader, wire, sparse.model, depth);
  },
  *2(reader, sparse, wire, depth) {
    yield* readTensor(reader, wire, sparse.model, depth);
  },
};

export function* readSparseTensor(
  reader: WireReader,
  wire: number,
  model: ModelState,
  depth: number,
): Walk<string> {
  const sparse = { model, name: '' };
  yield* readMessage(reader, wire, SPARSE, sparse, depth);
  return sparse.name;
}
