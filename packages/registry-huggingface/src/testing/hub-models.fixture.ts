import { buildOnnxModel, type OnnxModelDescription } from '@care/plugin-testkit/onnx';

const floats = (values: readonly number[]) =>
  ({ type: 'float32', dims: [values.length], data: Float32Array.from(values) }) as const;

/** Scores of the classes are the means of the picture's channels: [N, 3, 8, 8] in, [N, 3] out. */
export function classifier(metadata: Readonly<Record<string, string>> = {}, weights = 3): Uint8Array {
  return buildOnnxModel({
    inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch', 3, 8, 8] }],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 3] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['pixel_values'],
        outputs: ['mean'],
        attributes: { axes: [2, 3], keepdims: 0 },
      },
      { op: 'Add', inputs: ['mean', 'bias'], outputs: ['logits'] },
    ],
    initializers: { bias: floats(Array.from({ length: weights }, () => 0)) },
    metadata,
  });
}

/** The classifier with its bias in a file beside it. */
export function externalClassifier(location: string): {
  readonly model: Uint8Array;
  readonly data: Uint8Array;
} {
  const description: OnnxModelDescription = {
    inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch', 3, 8, 8] }],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 3] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['pixel_values'],
        outputs: ['mean'],
        attributes: { axes: [2, 3], keepdims: 0 },
      },
      { op: 'Add', inputs: ['mean', 'bias'], outputs: ['logits'] },
    ],
    initializers: {
      bias: { type: 'float32', dims: [3], external: { location, offset: 0, length: 12 } },
    },
  };
  const data = new Uint8Array(Float32Array.of(0, 0, 5).buffer);
  return { model: buildOnnxModel(description), data };
}

/** Two classes, 8 x 8, as Ultralytics writes its metadata. */
export function ultralyticsDetector(): Uint8Array {
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [1, 6, 21] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['images'],
        outputs: ['mean'],
        attributes: { axes: [1, 2, 3], keepdims: 0 },
      },
      { op: 'Reshape', inputs: ['mean', 'one'], outputs: ['value'] },
      { op: 'Expand', inputs: ['value', 'shape'], outputs: ['output0'] },
    ],
    initializers: {
      one: { type: 'int64', dims: [3], data: BigInt64Array.of(1n, 1n, 1n) },
      shape: { type: 'int64', dims: [3], data: BigInt64Array.of(1n, 6n, 21n) },
    },
    metadata: {
      description: 'Ultralytics YOLOv8n model trained on falls.yaml',
      author: 'Ultralytics',
      task: 'detect',
      stride: '32',
      imgsz: '[32, 32]',
      names: "{0: 'standing', 1: 'lying'}",
    },
  });
}

export const classifierConfig = {
  architectures: ['ViTForImageClassification'],
  model_type: 'vit',
  id2label: { 0: 'standing', 1: 'sitting', 2: 'lying' },
};

export const classifierProcessor = {
  image_processor_type: 'ViTImageProcessor',
  do_resize: true,
  size: { height: 8, width: 8 },
  resample: 2,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

/** A repository of transformers.js's kind. */
export const classifierFiles = (): Readonly<Record<string, string | Uint8Array | object>> => ({
  'config.json': classifierConfig,
  'preprocessor_config.json': classifierProcessor,
  'README.md': '# A model',
  'onnx/model.onnx': classifier(),
  'onnx/model_fp16.onnx': classifier({ note: 'half' }),
  'onnx/model_quantized.onnx': classifier({ note: 'quantized' }),
});
