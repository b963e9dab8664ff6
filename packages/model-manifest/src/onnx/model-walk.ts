import { GRAPH, readNode } from './graph-walk.js';
import { readFields, readInteger, readMessage, readText, type FieldHandlers } from './message-walk.js';
import { newModelState, type ModelState } from './graph-state.js';
import { ENTRY } from './tensor-walk.js';
import { WireError, type Walk, type WireReader } from './wire-reader.js';

const MAX_ENTRIES = 10_000;

/** OperatorSetIdProto: domain = 1, version = 2. */
const OPSET: FieldHandlers<{ domain: string; version: number }> = {
  *1(reader, opset, wire) {
    opset.domain = yield* readText(reader, wire);
  },
  2(reader, opset, wire) {
    opset.version = readInteger(reader, wire);
  },
};

/** FunctionProto: node = 7. */
const FUNCTION: FieldHandlers<ModelState> = {
  *7(reader, model, wire, depth) {
    yield* readNode(reader, wire, model, depth);
  },
};

/**
 * ModelProto of onnx.proto3: ir_version = 1, producer_name = 2, producer_version = 3, graph = 7, opset_import = 8,
 * metadata_props = 14, functions = 25.
 */
const MODEL: FieldHandlers<ModelState> = {
  1(reader, model, wire) {
    model.irVersion = readInteger(reader, wire);
  },
  *2(reader, model, wire) {
    model.producerName = yield* readText(reader, wire);
  },
  *3(reader, model, wire) {
    model.producerVersion = yield* readText(reader, wire);
  },
  *7(reader, model, wire, depth) {
    model.hasGraph = true;
    yield* readMessage(reader, wire, GRAPH, { model, main: true }, depth);
  },
  *8(reader, model, wire, depth) {
    const opset = { domain: '', version: 0 };
    yield* readMessage(reader, wire, OPSET, opset, depth);
    model.opsets.set(opset.domain === '' ? 'ai.onnx' : opset.domain, opset.version);
    if (model.opsets.size > MAX_ENTRIES) throw new WireError('too many operator sets', reader.position);
  },
  *14(reader, model, wire, depth) {
    const entry = { key: '', value: '' };
    yield* readMessage(reader, wire, ENTRY, entry, depth);
    model.metadata.set(entry.key, entry.value);
    if (model.metadata.size > MAX_ENTRIES) throw new WireError('too many metadata entries', reader.position);
  },
  *25(reader, model, wire, depth) {
    yield* readMessage(reader, wire, FUNCTION, model, depth);
  },
};

/** Reads a whole ModelProto, weights excepted. */
export function* readModel(reader: WireReader): Walk<ModelState> {
  const model = newModelState();
  yield* readFields(reader, MODEL, model, 0);
  if (!model.hasGraph) throw new WireError('the file ends and there was no graph', reader.position);
  if (model.irVersion < 1) throw new WireError('the file ends and there was no IR version', reader.position);
  // Required since IR version 3 (onnx/docs/IR.md); exporters write it last, so a file cut there shows it.
  if (model.irVersion >= 3 && model.opsets.size === 0) {
    throw new WireError('the file ends and there was no operator set', reader.position);
  }
  return model;
}
