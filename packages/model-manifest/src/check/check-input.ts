import type { OnnxFacts, OnnxValue } from '../onnx/onnx-facts.js';
import type { Manifest } from '../manifest/manifest-schema.js';
import { describeShape, type Finding, type ModelCheck } from './finding.js';

const PIXEL_TYPES: readonly string[] = ['float32', 'float16', 'float64', 'bfloat16', 'uint8', 'int8'];

/** An input that takes an image: four dimensions (or none stated) of a type that holds pixels. */
export function imageInputs(facts: OnnxFacts): OnnxValue[] {
  return facts.inputs.filter(
    ({ kind, elementType, shape }) =>
      kind === 'tensor' && PIXEL_TYPES.includes(elementType) && (shape === undefined || shape.length === 4),
  );
}

/** Channels and size of an image input; undefined where the file leaves them open. */
export interface ImageInputLayout {
  readonly channels: number | undefined;
  readonly height: number | undefined;
  readonly width: number | undefined;
}

/** Tells NCHW from NHWC by where 1, 3 or 4 channels stand; NCHW when both or neither fit. */
export function imageLayout({ shape }: OnnxValue): ImageInputLayout | undefined {
  if (shape?.length !== 4) return undefined;
  const [, second, third, fourth] = shape.map((dim) =>
    typeof dim === 'number' && dim > 0 ? dim : undefined,
  );
  const isChannels = (dim: number | undefined) => dim === 1 || dim === 3 || dim === 4;
  const last = !isChannels(second) && isChannels(fourth);
  return last
    ? { channels: fourth, height: second, width: third }
    : { channels: second, height: third, width: fourth };
}

/** One image input, of the manifest's size and number of channels. */
export const checkInput: ModelCheck = (manifest, facts): Finding[] => {
  const images = imageInputs(facts);
  const [input] = images;
  if (input === undefined || images.length > 1) {
    const inputs = facts.inputs.map((value) => `${describeShape(value)} ${value.elementType}`).join(', ');
    const expected = 'exactly one input for an image: 4 dimensions, of a floating point or 8-bit type';
    return [
      {
        path: ['model_path'],
        found: `a model with the inputs ${inputs || '(none)'}`,
        expected,
        severity: 'error',
      },
    ];
  }
  const layout = imageLayout(input);
  if (layout === undefined) return [];
  return [...checkSize(manifest, input, layout), ...checkChannels(manifest, input, layout)];
};

function checkSize(manifest: Manifest, input: OnnxValue, { height, width }: ImageInputLayout): Finding[] {
  const [statedHeight, statedWidth] = manifest.input_size;
  if ((height ?? statedHeight) === statedHeight && (width ?? statedWidth) === statedWidth) return [];
  const swapped = height === statedWidth && width === statedHeight ? '; height comes first' : '';
  const size = `[${height ?? 'any'}, ${width ?? 'any'}]`;
  const expected = `${size}, as the model's input ${describeShape(input)} says${swapped}`;
  return [{ path: ['input_size'], found: JSON.stringify(manifest.input_size), expected, severity: 'error' }];
}

function checkChannels(manifest: Manifest, input: OnnxValue, { channels }: ImageInputLayout): Finding[] {
  const color = manifest.preprocessing?.color ?? 'rgb';
  const stated = color === 'gray' ? 1 : 3;
  if (channels === undefined || channels === stated) return [];
  const found = `${JSON.stringify(color)} (${stated} ${stated === 1 ? 'channel' : 'channels'})`;
  const wanted = channels === 1 ? '"gray"' : channels === 3 ? '"rgb" or "bgr"' : 'a model of 1 or 3 channels';
  const expected = `${wanted}, as the model's input ${describeShape(input)} says`;
  return [{ path: ['preprocessing', 'color'], found, expected, severity: 'error' }];
}
