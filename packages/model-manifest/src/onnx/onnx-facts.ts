/** Element type of an ONNX tensor; `float32` ... `uint64`, `string` and `bool` are those of the CARE contract. */
export type OnnxElementType = (typeof ELEMENT_TYPES)[number];

/** TensorProto.DataType of onnx.proto3, by number. */
export const ELEMENT_TYPES = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
] as const;

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  readonly kind: 'tensor' | 'sparse-tensor' | 'sequence' | 'map' | 'optional' | 'unknown';
  /** `undefined` when the file does not say. */
  readonly elementType: OnnxElementType;
  /** A number, the name of a dynamic dimension, or -1 for a nameless one. Absent when the file gives no shape. */
  readonly shape?: readonly (number | string)[];
}

/** A tensor whose data lies in a file beside the model. */
export interface OnnxExternalData {
  readonly tensor: string;
  /** As the file says it: relative to the model file. */
  readonly location: string;
  /** Bytes; 0 when not stated. */
  readonly offset: number;
  /** Bytes; absent: to the end of the file. */
  readonly length?: number;
}

/** What an ONNX file tells without its weights. */
export interface OnnxFacts {
  /** Size of the model file in bytes. */
  readonly fileSize: number;
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  /** Version by operator domain; the standard domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** metadata_props: what the exporter wrote about the model. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Graph inputs without those that are initializers. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly externalData: readonly OnnxExternalData[];
  /** How often each operator is used, subgraphs and functions included; other domains as `domain:Op`. */
  readonly operators: Readonly<Record<string, number>>;
  /** Number of weight elements by type, constants included. */
  readonly weights: Readonly<Partial<Record<OnnxElementType, number>>>;
  /** `int8` when quantised operators are there and most weights are 8 bit, else `fp16` or `fp32` by the majority of the weights. */
  readonly precision: 'fp32' | 'fp16' | 'int8';
}
