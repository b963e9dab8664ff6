import type { ModelPackage } from './model-package.js';

/** A valid package; what a test is about is overridden. */
export function modelPackage(overrides: Partial<ModelPackage> = {}): ModelPackage {
  return {
    modelId: 'fall-detector',
    version: '1.2.0',
    task: 'object-detection',
    classNames: ['person', 'bed'],
    inputSize: { height: 640, width: 640 },
    preprocessing: {
      resize: 'letterbox',
      padPosition: 'center',
      padValue: 114,
      color: 'rgb',
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      interpolation: 'bilinear',
    },
    postprocessing: {
      decoder: 'auto',
      decoderOptions: {},
      confidenceThreshold: 0.5,
      iouThreshold: 0.45,
      maxDetections: 300,
      classAgnosticNms: false,
      multiLabel: false,
    },
    variants: [
      {
        id: 'onnx-fp32',
        format: 'onnx',
        precision: 'fp32',
        artifacts: [{ name: 'model.onnx', role: 'model' }],
      },
    ],
    metadata: {},
    ...overrides,
  };
}
