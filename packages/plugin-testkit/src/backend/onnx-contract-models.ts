import type { LoadedModel, Tensor, TensorDataType, TensorSpec } from '@care/registry-core';
import { buildOnnxModel, type OnnxModelDescription } from '../onnx/onnx-builder.js';
import type { ContractModels, ModelCase } from './contract-models.js';

/** The models of the suite in the format `onnx` (opset 17). */
export function onnxContractModels(): ContractModels {
  const doubling = buildOnnxModel(unary('Add', ['x', 'x'], 'float32', ['n', 2]));
  return {
    doubling: loaded(doubling),
    cases: [...arithmeticCases(), ...ELEMENT_TYPES.map(identityCase)],
    corrupt: [
      { name: 'an empty file', model: loaded(new Uint8Array(0)) },
      { name: 'a truncated file', model: loaded(doubling.slice(0, Math.floor(doubling.length / 2))) },
      { name: 'a text', model: loaded(new TextEncoder().encode('this is a text and no model\n')) },
    ],
    external: externalCase(),
  };
}

function arithmeticCases(): ModelCase[] {
  const x: TensorSpec = { name: 'x', type: 'float32', shape: ['n', 2] };
  return [
    {
      name: 'MatMul',
      model: build({
        inputs: [x],
        outputs: [{ ...x, name: 'y' }],
        nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
        initializers: { w: float32([2, 2], [5, 6, 7, 8]) },
      }),
      // 1*5+2*7, 1*6+2*8; 3*5+4*7, 3*6+4*8
      runs: [
        { inputs: { x: float32([2, 2], [1, 2, 3, 4]) }, outputs: { y: float32([2, 2], [19, 22, 43, 50]) } },
      ],
    },
    {
      name: 'Conv',
      model: build({
        inputs: [{ name: 'x', type: 'float32', shape: [1, 1, 3, 3] }],
        outputs: [{ name: 'y', type: 'float32', shape: [1, 1, 2, 2] }],
        nodes: [{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
        initializers: { w: float32([1, 1, 2, 2], [1, 2, 3, 4]) },
      }),
      // First window: 1*1 + 2*2 + 4*3 + 5*4 = 37; one step right adds the sum of the kernel, 10, one down 3 times that.
      runs: [
        {
          inputs: { x: float32([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]) },
          outputs: { y: float32([1, 1, 2, 2], [37, 47, 67, 77]) },
        },
      ],
    },
    {
      name: 'several inputs and outputs',
      model: build({
        inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape: [2] })),
        outputs: ['sum', 'difference'].map((name) => ({ name, type: 'float32', shape: [2] })),
        nodes: [
          { op: 'Add', inputs: ['a', 'b'], outputs: ['sum'] },
          { op: 'Sub', inputs: ['a', 'b'], outputs: ['difference'] },
        ],
      }),
      runs: [
        {
          inputs: { a: float32([2], [5, 7]), b: float32([2], [2, 10]) },
          outputs: { sum: float32([2], [7, 17]), difference: float32([2], [3, -3]) },
        },
      ],
    },
    dynamicCase('dynamic dimensions', 'n'),
    dynamicCase('dynamic dimensions without a name', -1),
  ];
}

/** An engine has its own way to say that a dimension has no name; sessions of the contract say -1. */
function dynamicCase(name: string, dimension: string | number): ModelCase {
  return {
    name,
    model: build(unary('Add', ['x', 'x'], 'float32', [dimension, 2])),
    runs: [1, 3, 2].map((n) => {
      const values = Array.from({ length: 2 * n }, (_, index) => index + n);
      const doubled = values.map((value) => 2 * value);
      return { inputs: { x: float32([n, 2], values) }, outputs: { y: float32([n, 2], doubled) } };
    }),
  };
}

const ELEMENT_TYPES: readonly Tensor[] = [
  float32([3], [-1.5, 0, 3.25]),
  { type: 'int64', dims: [3], data: new BigInt64Array([-1n, 0n, 2n ** 53n + 1n]) },
  { type: 'int32', dims: [3], data: new Int32Array([-1, 0, 2 ** 31 - 1]) },
  { type: 'uint8', dims: [3], data: new Uint8Array([0, 1, 255]) },
  { type: 'bool', dims: [3], data: new Uint8Array([0, 1, 1]) },
  // IEEE 754 half precision: 1, -2, the greatest finite number 65504
  { type: 'float16', dims: [3], data: new Uint16Array([0x3c00, 0xc000, 0x7bff]) },
];

function identityCase(tensor: Tensor): ModelCase {
  return {
    name: `${tensor.type} tensors`,
    model: build(unary('Identity', ['x'], tensor.type, [3])),
    runs: [{ inputs: { x: tensor }, outputs: { y: tensor } }],
    optional: tensor.type !== 'float32',
  };
}

function externalCase(): NonNullable<ContractModels['external']> {
  const bytes = buildOnnxModel({
    ...unary('Add', ['x', 'w'], 'float32', [2]),
    initializers: {
      w: { type: 'float32', dims: [2], external: { location: 'weights.bin', offset: 0, length: 8 } },
    },
  });
  const weights = new DataView(new ArrayBuffer(8));
  // ONNX keeps tensors little-endian, whatever the machine.
  weights.setFloat32(0, 10, true);
  weights.setFloat32(4, 20, true);
  const externalData = [{ name: 'weights.bin', bytes: new Uint8Array(weights.buffer) }];
  return {
    whole: {
      name: 'external data',
      model: { ...loaded(bytes), externalData },
      runs: [{ inputs: { x: float32([2], [1, 2]) }, outputs: { y: float32([2], [11, 22]) } }],
    },
    missing: loaded(bytes),
  };
}

function unary(
  op: string,
  inputs: readonly string[],
  type: TensorDataType,
  shape: TensorSpec['shape'],
): OnnxModelDescription {
  return {
    inputs: [{ name: 'x', type, shape }],
    outputs: [{ name: 'y', type, shape }],
    nodes: [{ op, inputs, outputs: ['y'] }],
  };
}

function build(description: OnnxModelDescription): LoadedModel {
  return loaded(buildOnnxModel(description));
}

function loaded(bytes: Uint8Array): LoadedModel {
  return { format: 'onnx', precision: 'fp32', model: { name: 'model.onnx', bytes }, externalData: [] };
}

function float32(dims: readonly number[], values: readonly number[]): Tensor {
  return { type: 'float32', dims, data: new Float32Array(values) };
}
