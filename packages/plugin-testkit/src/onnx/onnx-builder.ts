import type { Tensor, TensorDataType, TensorSpec } from '@care/registry-core';
import { ProtobufWriter } from './protobuf-writer.js';

/** TensorProto.DataType of onnx.proto3; the `to` of a Cast. */
export const ONNX_ELEMENT_TYPE: Readonly<Record<TensorDataType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

/** An attribute by its JavaScript type: integer number or bigint = INT, `{ float }` = FLOAT, arrays likewise. */
export type OnnxAttribute =
  | number
  | bigint
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Tensor };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: string;
}

/** A weight kept in a file beside the model. */
export interface OnnxExternalTensor {
  readonly type: TensorDataType;
  readonly dims: readonly number[];
  readonly external: { readonly location: string; readonly offset: number; readonly length: number };
}

export interface OnnxModelDescription {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers?: Readonly<Record<string, Tensor | OnnxExternalTensor>>;
  /** Default 17. */
  readonly opset?: number;
  /** Default 8. */
  readonly irVersion?: number;
  /** Written as metadata_props, as exporters do. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly producer?: string;
}

/**
 * An ONNX model file as bytes, without any native tool: for tests and benchmarks that need a small real model.
 * Layout: onnx.proto3 of the ONNX project (ModelProto, GraphProto, NodeProto, TensorProto).
 */
export function buildOnnxModel(description: OnnxModelDescription): Uint8Array {
  const { opset = 17, irVersion = 8, producer = 'care-plugin-testkit', metadata = {} } = description;
  const model = new ProtobufWriter().varint(1, irVersion).string(2, producer);
  model.message(7, (graph) => writeGraph(graph, description));
  const domains = new Set(description.nodes.map((node) => node.domain ?? ''));
  for (const domain of new Set(['', ...domains])) {
    model.message(8, (entry) => entry.string(1, domain).varint(2, domain === '' ? opset : 1));
  }
  for (const [key, value] of Object.entries(metadata)) {
    model.message(14, (entry) => entry.string(1, key).string(2, value));
  }
  return model.finish();
}

function writeGraph(graph: ProtobufWriter, description: OnnxModelDescription): void {
  description.nodes.forEach((node, index) => graph.message(1, (writer) => writeNode(writer, node, index)));
  graph.string(2, 'graph');
  for (const [name, tensor] of Object.entries(description.initializers ?? {})) {
    graph.message(5, (writer) => writeTensor(writer, name, tensor));
  }
  for (const input of description.inputs) graph.message(11, (writer) => writeValueInfo(writer, input));
  for (const output of description.outputs) graph.message(12, (writer) => writeValueInfo(writer, output));
}

function writeNode(writer: ProtobufWriter, node: OnnxNode, index: number): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(3, `${node.op}_${index}`).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    writer.message(5, (attribute) => writeAttribute(attribute, name, value));
  }
  if (node.domain !== undefined) writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, value: OnnxAttribute): void {
  writer.string(1, name);
  if (typeof value === 'number' || typeof value === 'bigint') {
    writer.varint(3, value).varint(20, 2);
  } else if (typeof value === 'string') {
    writer.string(4, value).varint(20, 3);
  } else if ('float' in value) {
    writer.float(2, value.float).varint(20, 1);
  } else if ('floats' in value) {
    for (const item of value.floats) writer.float(7, item);
    writer.varint(20, 6);
  } else if ('tensor' in value) {
    writer.message(5, (tensor) => writeTensor(tensor, name, value.tensor)).varint(20, 4);
  } else {
    for (const item of value) writer.varint(8, item);
    writer.varint(20, 7);
  }
}

function writeTensor(writer: ProtobufWriter, name: string, tensor: Tensor | OnnxExternalTensor): void {
  for (const dim of tensor.dims) writer.varint(1, dim);
  writer.varint(2, ONNX_ELEMENT_TYPE[tensor.type]);
  if ('external' in tensor) {
    const { location, offset, length } = tensor.external;
    writer.string(8, name);
    for (const [key, value] of Object.entries({ location, offset: `${offset}`, length: `${length}` })) {
      writer.message(13, (entry) => entry.string(1, key).string(2, value));
    }
    writer.varint(14, 1);
    return;
  }
  if (tensor.type === 'string') {
    for (const item of tensor.data) writer.string(6, item);
    writer.string(8, name);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.data;
  writer.string(8, name).bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
}

function writeValueInfo(writer: ProtobufWriter, spec: TensorSpec): void {
  writer.string(1, spec.name).message(2, (type) =>
    type.message(1, (tensorType) => {
      tensorType.varint(1, ONNX_ELEMENT_TYPE[spec.type]).message(2, (shape) => {
        for (const dim of spec.shape) {
          shape.message(1, (entry) => {
            if (typeof dim === 'string') entry.string(2, dim);
            else if (dim >= 0) entry.varint(1, dim);
          });
        }
      });
    }),
  );
}
