import { CareError } from './errors/care-error.js';
import type { Tensor, TensorDataType, TensorSpec } from './tensor.js';

/** Checks the feeds of one run against the model's inputs. @throws CareError INPUT_INVALID that names the input */
export function validateInputs(specs: readonly TensorSpec[], inputs: Readonly<Record<string, Tensor>>): void {
  for (const name of Object.keys(inputs)) {
    if (!specs.some((spec) => spec.name === name)) {
      throw invalid(
        name,
        `the model has no input of this name; it has: ${specs.map((spec) => spec.name).join(', ')}`,
      );
    }
  }
  for (const spec of specs) {
    const tensor = Object.hasOwn(inputs, spec.name) ? inputs[spec.name] : undefined;
    if (tensor === undefined) throw invalid(spec.name, 'it is missing');
    validateTensor(spec, tensor);
  }
}

function validateTensor(spec: TensorSpec, tensor: Tensor): void {
  const { name, shape } = spec;
  if (tensor.type !== spec.type) {
    throw invalid(name, `its element type is ${tensor.type}, the model takes ${spec.type}`);
  }
  const { dims } = tensor;
  const fits =
    dims.length === shape.length &&
    dims.every((dim, axis) => {
      const wanted = shape[axis];
      const dynamic = typeof wanted !== 'number' || wanted < 0;
      return Number.isSafeInteger(dim) && dim >= 0 && (dynamic || dim === wanted);
    });
  if (!fits) throw invalid(name, `its shape is [${dims.join(', ')}], the model takes [${shape.join(', ')}]`);
  if (!hasDataOf(tensor.type, tensor.data))
    throw invalid(name, `its data is not of the kind that ${tensor.type} uses`);
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (tensor.data.length !== elements) {
    throw invalid(
      name,
      `it has ${tensor.data.length} elements, its shape [${dims.join(', ')}] says ${elements}`,
    );
  }
}

function hasDataOf(type: TensorDataType, data: unknown): boolean {
  switch (type) {
    case 'float32':
      return data instanceof Float32Array;
    case 'float64':
      return data instanceof Float64Array;
    case 'float16':
    case 'uint16':
      return data instanceof Uint16Array;
    case 'uint8':
    case 'bool':
      return data instanceof Uint8Array;
    case 'int8':
      return data instanceof Int8Array;
    case 'int16':
      return data instanceof Int16Array;
    case 'uint32':
      return data instanceof Uint32Array;
    case 'int32':
      return data instanceof Int32Array;
    case 'uint64':
      return data instanceof BigUint64Array;
    case 'int64':
      return data instanceof BigInt64Array;
    case 'string':
      return Array.isArray(data) && data.every((item) => typeof item === 'string');
  }
}

function invalid(name: string, reason: string): CareError {
  return new CareError('INPUT_INVALID', `input "${name}": ${reason}`, { details: { input: name } });
}
