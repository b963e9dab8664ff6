import type { TensorSpec } from '@care/registry-core';
import type { Deployment, ModelSignature } from '@care/model-manager';
import { datatypeOf, type Datatype } from './datatypes.js';

const PLATFORMS: Readonly<Record<string, string>> = {
  onnx: 'onnx_onnxv1',
  openvino: 'openvino',
  tensorrt: 'tensorrt_plan',
};

/** What the protocol calls a model's metadata. */
export function modelMetadata(deployment: Deployment, signature: ModelSignature): object {
  return {
    name: deployment.modelId,
    versions: readyVersions(deployment),
    platform: platformOf(signature),
    inputs: signature.inputs.map(tensorMetadata),
    outputs: signature.outputs.map(tensorMetadata),
  };
}

/** What the model configuration extension tells, as far as clients read it. `max_batch_size` 0: shapes are told whole. */
export function modelConfiguration(deployment: Deployment, signature: ModelSignature): object {
  const tensor = ({ name, type, shape }: TensorSpec) => ({
    name,
    data_type: configurationType(datatypeOf(type)),
    dims: shape.map(fixedDim),
  });
  return {
    name: deployment.modelId,
    platform: platformOf(signature),
    backend: signature.format,
    max_batch_size: 0,
    input: signature.inputs.map(tensor),
    output: signature.outputs.map(tensor),
    model_transaction_policy: { decoupled: false },
  };
}

export function readyVersions({ status }: Deployment): string[] {
  return status.versions.flatMap(({ version, state }) =>
    version !== null && state === 'ready' ? [version] : [],
  );
}

function tensorMetadata({ name, type, shape }: TensorSpec): object {
  return { name, datatype: datatypeOf(type), shape: shape.map(fixedDim) };
}

/** -1 for an open dimension, whatever its name. */
function fixedDim(dim: number | string): number {
  return typeof dim === 'number' && dim >= 0 ? dim : -1;
}

function platformOf({ format }: ModelSignature): string {
  return PLATFORMS[format] ?? format;
}

function configurationType(datatype: Datatype): string {
  return datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`;
}
