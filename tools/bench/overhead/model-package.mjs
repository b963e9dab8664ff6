import { createHash } from 'node:crypto';
import { CareError, CONTRACT_VERSION } from '@care/registry-core';

const POSTPROCESSING = {
  decoder: 'auto',
  decoderOptions: {},
  confidenceThreshold: 0.5,
  iouThreshold: 0.45,
  maxDetections: 300,
  classAgnosticNms: false,
  multiLabel: false,
};

/** As Ultralytics trains: 640 x 640, letterbox on 114 grey, 0..1. */
export const YOLO_PREPROCESSING = {
  resize: 'letterbox',
  padPosition: 'center',
  padValue: 114,
  color: 'rgb',
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  interpolation: 'bilinear',
};

/** Shorter side to 256, 224 x 224 from the middle, ImageNet's mean and deviation; resized as OpenCV does. */
export const PLAIN_CROP_PREPROCESSING = {
  resize: 'center-crop',
  resizeShorterSide: 256,
  padPosition: 'center',
  padValue: 0,
  color: 'rgb',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  interpolation: 'bilinear',
};

/** The same resized as torchvision and Pillow do. */
export const TORCHVISION_PREPROCESSING = { ...PLAIN_CROP_PREPROCESSING, antialias: true };

/** A registry that knows one model in one file: discovery and manifests are not what is measured here. */
export function oneModelRegistry({ path, bytes, exporterMetadata, ...described }) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const artifact = { name: 'model.onnx', role: 'model', path, size: bytes.length, sha256 };
  const model = {
    postprocessing: POSTPROCESSING,
    metadata: {},
    ...described,
    variants: [
      { id: 'onnx-fp32', format: 'onnx', precision: 'fp32', artifacts: [artifact], exporterMetadata },
    ],
  };
  return {
    contract: CONTRACT_VERSION,
    name: 'bench',
    resolve: async ({ modelId }) => {
      if (modelId === model.modelId) return model;
      throw new CareError('MODEL_NOT_FOUND', `the benchmark has no model "${modelId}"`);
    },
  };
}
