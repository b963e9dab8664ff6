import type { OnnxElementType, OnnxExternalData, OnnxValue } from './onnx-facts.js';

/** What the walk through a model file gathers. */
export interface ModelState {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  hasGraph: boolean;
  nodes: number;
  readonly opsets: Map<string, number>;
  readonly metadata: Map<string, string>;
  readonly inputs: OnnxValue[];
  readonly outputs: OnnxValue[];
  readonly initializers: Set<string>;
  readonly externalData: OnnxExternalData[];
  readonly operators: Map<string, number>;
  readonly weights: Map<OnnxElementType, number>;
}

export function newModelState(): ModelState {
  return {
    irVersion: 0,
    producerName: '',
    producerVersion: '',
    hasGraph: false,
    nodes: 0,
    opsets: new Map(),
    metadata: new Map(),
    inputs: [],
    outputs: [],
    initializers: new Set(),
    externalData: [],
    operators: new Map(),
    weights: new Map(),
  };
}

/** A graph of the model. Only the main one has inputs and outputs that matter. */
export interface GraphState {
  readonly model: ModelState;
  readonly main: boolean;
}
