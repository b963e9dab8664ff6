import { readMessage, readText, type FieldHandlers } from './message-walk.js';
import type { GraphState, ModelState } from './graph-state.js';
import { readSparseTensor, readTensor } from './tensor-walk.js';
import { readValue } from './value-walk.js';
import { WireError, type Walk, type WireReader } from './wire-reader.js';

const MAX_NODES = 2_000_000;
const MAX_VALUES = 10_000;
const MAX_OPERATORS = 10_000;

/** AttributeProto of onnx.proto3: t = 5, g = 6, tensors = 10, graphs = 11, sparse_tensor = 22, sparse_tensors = 23. */
const ATTRIBUTE: FieldHandlers<ModelState> = {
  5: skipTo(readTensor),
  6: readSubgraph,
  10: skipTo(readTensor),
  11: readSubgraph,
  22: skipTo(readSparseTensor),
  23: skipTo(readSparseTensor),
};

type NamedWalk = (reader: WireReader, wire: number, model: ModelState, depth: number) => Walk<string>;

/** A tensor whose name does not matter. */
function skipTo(read: NamedWalk) {
  return function* (reader: WireReader, model: ModelState, wire: number, depth: number): Walk<void> {
    yield* read(reader, wire, model, depth);
  };
}

function* readSubgraph(reader: WireReader, model: ModelState, wire: number, depth: number): Walk<void> {
  yield* readMessage(reader, wire, GRAPH, { model, main: false }, depth);
}

interface NodeState {
  readonly model: ModelState;
  operator: string;
  domain: string;
}

/** NodeProto of onnx.proto3: op_type = 4, attribute = 5, domain = 7. */
const NODE: FieldHandlers<NodeState> = {
  *4(reader, node, wire) {
    node.operator = yield* readText(reader, wire);
  },
  *5(reader, node, wire, depth) {
    yield* readMessage(reader, wire, ATTRIBUTE, node.model, depth);
  },
  *7(reader, node, wire) {
    node.domain = yield* readText(reader, wire);
  },
};

export function* readNode(reader: WireReader, wire: number, model: ModelState, depth: number): Walk<void> {
  const node: NodeState = { model, operator: '', domain: '' };
  yield* readMessage(reader, wire, NODE, node, depth);
  const standard = node.domain === '' || node.domain === 'ai.onnx';
  const name = standard ? node.operator : `${node.domain}:${node.operator}`;
  model.operators.set(name, (model.operators.get(name) ?? 0) + 1);
  model.nodes += 1;
  if (model.nodes > MAX_NODES || model.operators.size > MAX_OPERATORS) {
    throw new WireError('more nodes than any model has', reader.position);
  }
}

/** GraphProto of onnx.proto3: node = 1, initializer = 5, input = 11, output = 12, sparse_initializer = 15. */
export const GRAPH: FieldHandlers<GraphState> = {
  *1(reader, { model }, wire, depth) {
    yield* readNode(reader, wire, model, depth);
  },
  *5(reader, { model, main }, wire, depth) {
    const name = yield* readTensor(reader, wire, model, depth);
    if (main) model.initializers.add(name);
  },
  *11(reader, { model, main }, wire, depth) {
    if (!main) reader.skip(wire);
    else if (model.inputs.push(yield* readValue(reader, wire, depth)) > MAX_NODES) {
      throw new WireError('more inputs than any model has', reader.position);
    }
  },
  *12(reader, { model, main }, wire, depth) {
    if (!main) reader.skip(wire);
    else if (model.outputs.push(yield* readValue(reader, wire, depth)) > MAX_VALUES) {
      throw new WireError('more outputs than any model has', reader.position);
    }
  },
  *15(reader, { model, main }, wire, depth) {
    const name = yield* readSparseTensor(reader, wire, model, depth);
    if (main) model.initializers.add(name);
  },
};
