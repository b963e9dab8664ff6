import { elementType, elementTypeName } from './element-types.js';
import { protobufFields, textOf, type ProtobufField } from './protobuf-fields.js';

/** An input or output of a model, and why a backend of the contract cannot take it, if so. */
export interface TestValue {
  readonly name: string;
  readonly obstacle?: string;
}

/** What the runner has to know of a model. */
export interface TestSignature {
  /** Without those that have an initializer, in the order of the graph: the n-th belongs to `input_n.pb`. */
  readonly inputs: readonly TestValue[];
  readonly outputs: readonly TestValue[];
  /** Each once, sorted; `domain:Name` outside ONNX's own. */
  readonly operators: readonly string[];
  /** An operator makes random numbers, which the specification leaves to the engine. */
  readonly random: boolean;
}

/** Field numbers of onnx.proto3 of the ONNX project. */
const MODEL_GRAPH = 7;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, operator: 4, domain: 7 };
const TENSOR_NAME = 8;
const VALUE = { name: 1, type: 2 };
/** The kinds of TypeProto other than a dense tensor. */
const TENSOR_TYPE = 1;
const OTHER_TYPES: Readonly<Record<number, string>> = {
  4: 'sequence',
  5: 'map',
  8: 'sparse tensor',
  9: 'optional',
};

/** Inputs, outputs and operators of an ONNX model. @throws RangeError for what is none */
export function readSignature(model: Uint8Array): TestSignature {
  const graph = [...protobufFields(model)].find(({ number }) => number === MODEL_GRAPH);
  if (graph === undefined) throw new RangeError('the model has no graph');
  const fields = [...protobufFields(graph.bytes)];
  const of = (wanted: number): ProtobufField[] => fields.filter(({ number }) => number === wanted);
  const initialized = new Set(of(GRAPH.initializer).map((field) => firstText(field, TENSOR_NAME)));
  const nodes = of(GRAPH.node).map(readNode);
  return {
    inputs: of(GRAPH.input)
      .map(readValue)
      .filter(({ name }) => !initialized.has(name)),
    outputs: of(GRAPH.output).map(readValue),
    operators: [...new Set(nodes.map(({ operator }) => operator))].toSorted(),
    random: nodes.some(({ random }) => random),
  };
}

const RANDOM = new Set([
  'Bernoulli',
  'Multinomial',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
]);

function readNode(node: ProtobufField): { operator: string; random: boolean } {
  const operator = firstText(node, NODE.operator);
  const domain = firstText(node, NODE.domain);
  const inputs = [...protobufFields(node.bytes)].filter(({ number }) => number === NODE.input);
  // Dropout's third input is `training_mode`.
  const random = RANDOM.has(operator) || (operator === 'Dropout' && inputs.length > 2);
  return { operator: ['', 'ai.onnx'].includes(domain) ? operator : `${domain}:${operator}`, random };
}

function readValue(value: ProtobufField): TestValue {
  const name = firstText(value, VALUE.name);
  const type = [...protobufFields(value.bytes)].find(({ number }) => number === VALUE.type);
  for (const kind of type === undefined ? [] : protobufFields(type.bytes)) {
    const other = OTHER_TYPES[kind.number];
    if (other !== undefined) return { name, obstacle: `a ${other} is no dense tensor` };
    if (kind.number !== TENSOR_TYPE) continue;
    const element = [...protobufFields(kind.bytes)].find(({ number }) => number === 1);
    const number = Number(element?.integer ?? 0n);
    if (elementType(number) === undefined)
      return { name, obstacle: `element type ${elementTypeName(number)}` };
  }
  return { name };
}

function firstText(message: ProtobufField, wanted: number): string {
  const field = [...protobufFields(message.bytes)].find(({ number }) => number === wanted);
  return field === undefined ? '' : textOf(field);
}
