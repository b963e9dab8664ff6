import { CareError } from '@care/registry-core';
import type { ModelPackage, TensorSpec } from '@care/registry-core';

/** The image input of a model, settled for one image (batch 1). */
export interface InputLayout {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'uint8';
  readonly order: 'nchw' | 'nhwc';
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
  readonly dims: readonly number[];
}

/** A dimension that the model leaves open. */
export function isOpen(dim: number | string | undefined): boolean {
  return typeof dim !== 'number' || dim < 0;
}

/**
 * Finds the image input (the one with four dimensions) and checks it against what the package says.
 * @throws CareError MODEL_INCOMPATIBLE
 */
export function inputLayout(model: ModelPackage, inputs: readonly TensorSpec[]): InputLayout {
  const images = inputs.filter((input) => input.shape.length === 4);
  const [spec] = images;
  if (spec === undefined || images.length > 1) {
    const found = inputs.map(describeSpec).join(', ');
    throw incompatible(model, `one image input of four dimensions is expected; the model has ${found}`);
  }
  const { name, type, shape } = spec;
  if (type !== 'float32' && type !== 'float16' && type !== 'uint8') {
    throw incompatible(model, `input ${name} is ${type}; float32, float16 and uint8 are supported`);
  }
  const channels = model.preprocessing.color === 'gray' ? 1 : 3;
  const { width, height } = model.inputSize;
  const fits = (dims: readonly number[]): boolean =>
    shape.every((dim, axis) => isOpen(dim) || dim === dims[axis]);
  const nchw = [1, channels, height, width];
  const nhwc = [1, height, width, channels];
  const order = fits(nchw) ? 'nchw' : 'nhwc';
  const dims = order === 'nchw' ? nchw : nhwc;
  if (!fits(dims)) {
    const said = `${height} x ${width}, ${model.preprocessing.color}, batch 1`;
    throw incompatible(
      model,
      `the package says ${said} (height x width), so input ${name} would be [${nchw.join(', ')}] or [${nhwc.join(', ')}]; the model has ${describeSpec(spec)}`,
    );
  }
  return { name, type, order, channels, width, height, dims };
}

export function describeSpec(spec: TensorSpec): string {
  return `${spec.name} ${spec.type} [${spec.shape.join(', ')}]`;
}

function incompatible(model: ModelPackage, what: string): CareError {
  return new CareError('MODEL_INCOMPATIBLE', `model ${model.modelId}: ${what}`, {
    remedy:
      'Correct input_size and preprocessing of the manifest, or export the model with one image input and batch 1.',
  });
}
