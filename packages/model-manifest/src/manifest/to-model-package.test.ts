import type { JsonObject } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { FULL_MANIFEST, PREDECESSOR_MANIFEST } from './manifest.fixture.js';
import { manifestSchema } from './manifest-schema.js';
import { toModelPackage } from './to-model-package.js';

const main = { path: '/models/a.onnx', size: 10 };
const convert = (manifest: JsonObject, variants = [main, main]) =>
  toModelPackage(manifestSchema.parse(manifest), { source: '/models/a.json', main, variants });

describe('toModelPackage', () => {
  it("fills in the predecessor's defaults", () => {
    // care-workflow at b903fd0: detection.py (confidence 0.5, iou_threshold 0.45, class_agnostic_nms False),
    // base.py (letterbox, 114, centred, RGB, / 255, bilinear).
    expect(convert(PREDECESSOR_MANIFEST)).toMatchObject({
      task: 'object-detection',
      inputSize: { height: 320, width: 320 },
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
      variants: [{ id: 'onnx-fp32', artifacts: [{ name: 'a.onnx', role: 'model', size: 10 }] }],
      metadata: PREDECESSOR_MANIFEST.metadata,
    });
  });

  it('takes contrast before greyscale, and nothing that is not stated', () => {
    const stated = { contrast: { method: 'stretching' }, resize_shorter_side: 'keep' };
    const { preprocessing } = convert({ ...PREDECESSOR_MANIFEST, preprocessing: stated });
    expect(preprocessing).toMatchObject({
      contrast: { method: 'stretching', order: 'before-grayscale' },
      resizeShorterSide: 'keep',
    });
    expect(Object.keys(preprocessing)).not.toContain('staticCrop');
    expect(Object.keys(convert(PREDECESSOR_MANIFEST).preprocessing)).toHaveLength(8);
  });

  it('carries over what is stated', () => {
    const model = convert(FULL_MANIFEST, [main, { path: '/models/yolov11n-320.engine', size: 20 }]);
    expect(model).toMatchObject({
      task: 'pose-estimation',
      version: '1.3.0-rc.1+build.5',
      preprocessing: {
        resize: 'center-crop',
        padPosition: 'top-left',
        padValue: 0,
        color: 'bgr',
        scale: 1,
        mean: [1, 2, 3],
        std: [2, 2, 2],
        interpolation: 'area',
        antialias: true,
        resizeShorterSide: 256,
        padMode: 'reflect',
        sideRounding: 'floor',
        staticCrop: { xMin: 0.25, yMin: 0, xMax: 0.75, yMax: 1 },
        grayscale: true,
        contrast: { method: 'adaptive-equalization', order: 'after-grayscale' },
        autoOrient: false,
      },
      postprocessing: {
        decoder: 'yolov8',
        decoderOptions: { scores: 'logits' },
        iouThreshold: 0.7,
        multiLabel: true,
      },
      keypoints: { names: ['head', 'hip'], skeleton: [[0, 1]], sigmas: [0.1, 0.2] },
      benchmarks: { latencyMs: { cpu: 12.5 }, mAP50: 0.52, modelSizeMb: 3.2 },
    });
    expect(model.variants.map(({ id, format, precision }) => [id, format, precision])).toEqual([
      ['onnx-fp32', 'onnx', 'fp32'],
      ['onnx-fp16', 'onnx', 'fp16'],
      ['orin', 'tensorrt-engine', 'int8'],
    ]);
    expect(model.variants[0]?.artifacts[0]?.sha256).toBe('ab'.repeat(32));
  });

  it('numbers variants of one kind', () => {
    const same = { model_path: 'b.onnx', precision: 'fp32' };
    const { variants } = convert({ ...PREDECESSOR_MANIFEST, variants: [same, { ...same, id: 'onnx-fp32' }] });
    expect(variants.map(({ id }) => id)).toEqual(['onnx-fp32-2', 'onnx-fp32-3', 'onnx-fp32']);
  });
});
