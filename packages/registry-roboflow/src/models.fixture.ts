import { buildOnnxModel } from '@care/plugin-testkit/onnx';
import type { ClassicModel, PackagedModel, ServedPackage } from './testing/roboflow-server.js';

type Dim = number | string;

/** A detector in shape only: YOLOv8's output for four classes and a 64 x 64 picture. */
export function detectorModel(batch: Dim = 1, side: Dim = 64): Uint8Array {
  return buildOnnxModel({
    inputs: [{ name: 'images', type: 'float32', shape: [batch, 3, side, side] }],
    outputs: [{ name: 'output0', type: 'float32', shape: [batch, 3, side, side] }],
    nodes: [{ op: 'Identity', inputs: ['images'], outputs: ['output0'] }],
  });
}

export const CLASSES = ['person_standing', 'person_sitting', 'person_lying', 'bed'];

export const ENVIRONMENT = {
  PREPROCESSING: {
    'auto-orient': { enabled: true },
    resize: { enabled: true, width: 64, height: 64, format: 'Fit (grey edges) in' },
  },
  CLASS_MAP: Object.fromEntries(CLASSES.map((name, index) => [String(index), name])),
  BATCH_SIZE: 8,
};

export function classicDetector(changes: Partial<ClassicModel> = {}): ClassicModel {
  return {
    type: 'object-detection',
    modelType: 'yolov8n',
    classes: CLASSES,
    colors: { bed: '#00ff00' },
    environment: ENVIRONMENT,
    weights: detectorModel(),
    ...changes,
  };
}

export function inferenceConfig(network: object = {}, more: object = {}): object {
  return {
    image_pre_processing: { 'auto-orient': { enabled: true } },
    network_input: {
      training_input_size: { height: 64, width: 64 },
      dynamic_spatial_size_supported: false,
      color_mode: 'rgb',
      resize_mode: 'letterbox',
      padding_value: 127,
      input_channels: 3,
      scaling_factor: 255,
      ...network,
    },
    forward_pass: { static_batch_size: 1 },
    post_processing: { type: 'nms', fused: false },
    ...more,
  };
}

export const onnxManifest = (quantization = 'fp32', batch: number | 'dynamic' = 1): object => ({
  type: 'onnx-model-package-v1',
  backendType: 'onnx',
  dynamicBatchSize: batch === 'dynamic',
  ...(batch === 'dynamic' ? {} : { staticBatchSize: batch }),
  quantization,
  opset: 17,
});

export function onnxPackage(packageId: string, changes: Partial<ServedPackage> = {}): ServedPackage {
  return {
    packageId,
    manifest: onnxManifest(),
    files: {
      'weights.onnx': detectorModel(),
      'class_names.txt': CLASSES.join('\n'),
      'inference_config.json': JSON.stringify(inferenceConfig()),
    },
    ...changes,
  };
}

export function packagedDetector(changes: Partial<PackagedModel> = {}): PackagedModel {
  return {
    modelArchitecture: 'yolov8',
    taskType: 'object-detection',
    packages: [onnxPackage('aaaa')],
    ...changes,
  };
}
