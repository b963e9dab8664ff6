import type { ModelPackage, Postprocessing, Preprocessing, TensorSpec } from '@care/registry-core';
import type { SessionSignature } from './tasks/task.js';

export interface PackageChanges {
  readonly task?: string;
  readonly classNames?: readonly string[];
  readonly inputSize?: ModelPackage['inputSize'];
  readonly preprocessing?: Partial<Preprocessing>;
  readonly postprocessing?: Partial<Postprocessing>;
  readonly exporterMetadata?: Readonly<Record<string, string>>;
  readonly keypoints?: ModelPackage['keypoints'];
}

/** A model package as a YOLO manifest without more gives it. */
export function modelPackage(changes: PackageChanges = {}): ModelPackage {
  return {
    modelId: 'fixture',
    task: changes.task ?? 'object-detection',
    classNames: changes.classNames ?? ['a', 'b', 'c'],
    inputSize: changes.inputSize ?? { height: 64, width: 64 },
    preprocessing: {
      resize: 'letterbox',
      padPosition: 'center',
      padValue: 114,
      color: 'rgb',
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      interpolation: 'bilinear',
      ...changes.preprocessing,
    },
    postprocessing: {
      decoder: 'auto',
      decoderOptions: {},
      confidenceThreshold: 0.25,
      iouThreshold: 0.45,
      maxDetections: 300,
      classAgnosticNms: false,
      multiLabel: false,
      ...changes.postprocessing,
    },
    ...(changes.keypoints === undefined ? {} : { keypoints: changes.keypoints }),
    variants: [
      {
        id: 'onnx',
        format: 'onnx',
        precision: 'fp32',
        artifacts: [{ name: 'fixture.onnx', role: 'model' }],
        ...(changes.exporterMetadata === undefined ? {} : { exporterMetadata: changes.exporterMetadata }),
      },
    ],
    metadata: {},
  };
}

export function floatSpec(name: string, ...shape: (number | string)[]): TensorSpec {
  return { name, type: 'float32', shape };
}

/** A float32 NCHW image input of 64 x 64 and the given outputs. */
export function signature(outputs: readonly TensorSpec[], size = 64): SessionSignature {
  return { inputs: [floatSpec('images', 1, 3, size, size)], outputs };
}

/** `count` class names. */
export function classes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `class ${index}`);
}
