import type { LoadedModel, PluginContext, TensorDataType } from '@care/registry-core';
import { silentLogger } from '@care/registry-core';
import { buildOnnxModel, type OnnxModelDescription } from '@care/plugin-testkit/onnx';

export const context: PluginContext = { rootDir: process.cwd(), env: {}, logger: silentLogger };

export function loadedModel(bytes: Uint8Array, external: Record<string, Uint8Array> = {}): LoadedModel {
  return {
    format: 'onnx',
    precision: 'fp32',
    model: { name: 'model.onnx', bytes },
    externalData: Object.entries(external).map(([name, data]) => ({ name, bytes: data })),
  };
}

/** `y = op(x)` with one input and one output of the same type and shape. */
export function unaryModel(
  type: TensorDataType,
  shape: readonly (number | string)[],
  more: Partial<OnnxModelDescription> & { readonly op?: string; readonly domain?: string } = {},
): Uint8Array {
  const { op = 'Identity', domain, ...description } = more;
  return buildOnnxModel({
    inputs: [{ name: 'x', type, shape }],
    outputs: [{ name: 'y', type, shape }],
    nodes: [{ op, inputs: ['x'], outputs: ['y'], ...(domain === undefined ? {} : { domain }) }],
    ...description,
  });
}

/** `y = x + w` where `w`, two floats, lies in the file `w.bin`. */
export function externalWeightModel(): Uint8Array {
  return buildOnnxModel({
    inputs: [{ name: 'x', type: 'float32', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
    nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: {
      w: { type: 'float32', dims: [2], external: { location: 'w.bin', offset: 0, length: 8 } },
    },
  });
}
