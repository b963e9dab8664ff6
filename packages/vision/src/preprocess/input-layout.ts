import { CareError } from '@care/registry-core';
import type { ModelPackage, TensorSpec } from '@care/registry-core';

/** The image input of a model. */
export interface InputLayout {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'uint8';
  readonly order: 'nchw' | 'nhwc';
  readonly channels: 1 | 3;
  readonly width: number;
  readonly height: number;
  /** Images in one run: what the model fixes, or undefined when it leaves that open. */
  readonly batch: number | undefined;
  /** Shape of one image: channels, height and width in `order`. */
  readonly imageDims: readonly [number, number, number];
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
    shape.slice(1).every((dim, axis) => isOpen(dim) || dim === dims[axis]);
  const nchw = [channels, height, width] as const;
  const nhwc = [height, width, channels] as const;
  const order = fits(nchw) ? 'nchw' : 'nhwc';
  const imageDims = order === 'nchw' ? nchw : nhwc;
  const batch = batchOf(spec);
  if (!fits(imageDims) || batch === 0) {
    const said = `${height} x ${width}, ${model.preprocessing.color}`;
    throw incompatible(
      model,
      `the package says ${said} (height x width), so input ${name} would be [N, ${nchw.join(', ')}] or [N, ${nhwc.join(', ')}]; the model has ${describeSpec(spec)}`,
    );
  }
  return { name, type, order, channels, width, height, batch, imageDims };
}

/** First dimension of an input or output: a number of images, or undefined when it is open. */
export function batchOf({ shape: [first] }: TensorSpec): number | undefined {
  return typeof first === 'number' && first >= 0 ? first : undefined;
}

export function describeSpec(spec: TensorSpec): string {
  return `${spec.name} ${spec.type} [${spec.shape.join(', ')}]`;
}

function incompatible(model: ModelPackage, what: string): CareError {
  return new CareError('MODEL_INCOMPATIBLE', `model ${model.modelId}: ${what}`, {
    remedy: 'Correct input_size and preprocessing of the manifest, or export the model with one image input.',
  });
}
