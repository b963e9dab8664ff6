import { isCareError, type CareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { checkManifestAgainstModel } from '../check/check-model.js';
import { factsOf, ultralyticsMetadata } from '../onnx/facts.fixture.js';
import type { OnnxFacts } from '../onnx/onnx-facts.js';
import { COCO_CLASSES } from './coco-classes.js';
import { inferManifest, type ImportFlags } from './infer-manifest.js';

const IMAGE = { images: [1, 3, 320, 320] };
const TWO = "{0: 'person', 1: 'bed'}";

function failure(facts: OnnxFacts, flags: ImportFlags = {}): CareError {
  try {
    inferManifest('m.onnx', facts, flags);
  } catch (error) {
    if (isCareError(error)) return error;
    throw error;
  }
  throw new Error('nothing was missing');
}

/** Inferred, and checked against the same facts: an import must not write what `care validate` refuses. */
function infer(facts: OnnxFacts, flags: ImportFlags = {}) {
  const { manifest } = inferManifest('m.onnx', facts, flags);
  const locate = () => ({ jsonPath: '$' });
  expect(checkManifestAgainstModel(manifest, facts, { file: 'm.json', locate })).toEqual([]);
  return manifest;
}

describe('inferManifest from Ultralytics metadata', () => {
  it('detection', async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 6, 2100] }, ultralyticsMetadata('detect', TWO));
    expect(infer(facts)).toMatchObject({
      model_id: 'm',
      task_type: 'object-detection',
      model_path: 'm.onnx',
      class_names: ['person', 'bed'],
      input_size: [320, 320],
      preprocessing: { resize: 'letterbox', pad_value: 114, color: 'rgb', scale: 1 / 255 },
      postprocessing: { decoder: 'yolov8' },
      metadata: { exporter_version: '8.4.33' },
    });
  });

  it('takes the size from the metadata when the graph leaves it open', async () => {
    const facts = await factsOf(
      { images: ['batch', 3, 'height', 'width'] },
      { output0: ['batch', 6, 'anchors'] },
      ultralyticsMetadata('detect', TWO, { imgsz: '[256, 640]' }),
    );
    expect(infer(facts)).toMatchObject({ input_size: [256, 640], postprocessing: { decoder: 'yolov8' } });
  });

  it('end to end, by end2end or by built-in NMS', async () => {
    for (const extra of [{ end2end: 'True' }, { args: "{'batch': 1, 'nms': True}" }]) {
      const facts = await factsOf(IMAGE, { output0: [1, 300, 6] }, ultralyticsMetadata('detect', TWO, extra));
      expect(infer(facts)).toMatchObject({ postprocessing: { decoder: 'end2end' } });
    }
  });

  it("YOLOv5's own exporter: stride and names only", async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 6300, 7] }, { stride: '32', names: TWO });
    expect(infer(facts, { task: 'detect' })).toMatchObject({ postprocessing: { decoder: 'yolov5' } });
  });

  it('segmentation', async () => {
    const facts = await factsOf(
      IMAGE,
      { output0: [1, 38, 2100], output1: [1, 32, 80, 80] },
      ultralyticsMetadata('segment', TWO),
    );
    expect(infer(facts)).toMatchObject({
      task_type: 'instance-segmentation',
      postprocessing: { decoder: 'yolov8' },
    });
  });

  it('pose, with the keypoints of COCO or names of their own', async () => {
    const coco = await factsOf(
      IMAGE,
      { output0: [1, 56, 2100] },
      ultralyticsMetadata('pose', "{0: 'person'}", { kpt_shape: '[17, 3]' }),
    );
    expect(infer(coco).keypoints?.names[16]).toBe('right_ankle');
    const hand = await factsOf(
      IMAGE,
      { output0: [1, 47, 2100] },
      ultralyticsMetadata('pose', "{0: 'hand'}", { kpt_shape: '[21, 2]' }),
    );
    expect(infer(hand).keypoints?.names).toHaveLength(21);
  });

  it('classification: centre crop, no ImageNet statistics', async () => {
    const facts = await factsOf(
      { images: [1, 3, 224, 224] },
      { output0: [1, 2] },
      ultralyticsMetadata('classify', TWO),
    );
    const manifest = infer(facts);
    expect(manifest).toMatchObject({ task_type: 'classification', preprocessing: { resize: 'center-crop' } });
    expect(manifest.preprocessing?.mean).toBeUndefined();
  });

  it('refuses a task that CARE does not have', async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 7, 2100] }, ultralyticsMetadata('obb', TWO));
    expect(failure(facts).code).toBe('UNSUPPORTED');
  });
});

describe('the names of keypoints', () => {
  const pose = (fields: Record<string, string>) => ultralyticsMetadata('pose', "{0: 'hand'}", fields);

  it("are COCO's for 17, and those of the file for others", async () => {
    const coco = await factsOf(IMAGE, { out: [1, 56, 2100] }, pose({ kpt_shape: '[17, 3]' }));
    expect(inferManifest('m.onnx', coco)).toMatchObject({
      manifest: { keypoints: { names: expect.arrayContaining(['left_ankle']) as string[] } },
      notes: [],
    });
    const named = await factsOf(
      IMAGE,
      { out: [1, 11, 2100] },
      pose({ kpt_shape: '[2, 3]', kpt_names: "{0: ['thumb', 'wrist']}" }),
    );
    expect(inferManifest('m.onnx', named)).toMatchObject({
      manifest: { keypoints: { names: ['thumb', 'wrist'] } },
      notes: [],
    });
  });

  it('are numbers when nothing tells them, and a note says so', async () => {
    const facts = await factsOf(IMAGE, { out: [1, 11, 2100] }, pose({ kpt_shape: '[2, 3]' }));
    const { manifest, notes } = inferManifest('m.onnx', facts);
    expect(manifest.keypoints?.names).toEqual(['keypoint_0', 'keypoint_1']);
    expect(notes).toEqual([expect.stringContaining('does not name its 2 keypoints')]);
  });
});

describe('inferManifest without metadata', () => {
  it('asks for everything that is missing at once, by flag', async () => {
    const facts = await factsOf({ images: [1, 3, 'h', 'w'] }, { output: [1, 3549, 85] });
    const error = failure(facts);
    expect(error.code).toBe('OPTIONS_INVALID');
    for (const flag of ['--classes', '--task', '--input-size', '--family'])
      expect(error.message).toContain(flag);
  });

  it('tells YOLOX by its family: BGR, 0..255, top left', async () => {
    const facts = await factsOf({ images: [1, 3, 416, 416] }, { output: [1, 3549, 85] });
    expect(failure(facts, { classes: COCO_CLASSES, task: 'object-detection' }).message).toContain('--family');
    expect(infer(facts, { classes: COCO_CLASSES, family: 'yolox', id: 'nano' })).toMatchObject({
      model_id: 'nano',
      task_type: 'object-detection',
      input_size: [416, 416],
      preprocessing: { color: 'bgr', scale: 1, pad_position: 'top-left', pad_value: 114 },
      postprocessing: { decoder: 'yolox' },
    });
  });

  it.each([
    ['vitpose', 'heatmap', { heatmaps: [1, 17, 64, 48] }],
    ['rtmpose', 'simcc', { simcc_x: ['n', 17, 384], simcc_y: ['n', 17, 512] }],
  ])('tells a top-down pose model by its family: %s', async (family, decoder, outputs) => {
    const facts = await factsOf({ input: ['n', 3, 256, 192] }, outputs);
    expect(failure(facts, { classes: ['person'], task: 'pose' }).message).toContain('--family');
    expect(infer(facts, { classes: ['person'], family })).toMatchObject({
      task_type: 'pose-estimation',
      input_size: [256, 192],
      preprocessing: { pad_value: 0, color: 'rgb', mean: [0.485, 0.456, 0.406] },
      postprocessing: { decoder },
      keypoints: { names: expect.arrayContaining(['left_ankle']) as string[] },
    });
  });

  it('knows the layout of YOLOv8 by its shape and the number of classes', async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 84, 2100] });
    expect(infer(facts, { classes: COCO_CLASSES })).toMatchObject({
      task_type: 'object-detection',
      postprocessing: { decoder: 'yolov8' },
    });
  });

  it('classification by shape; its preprocessing by family', async () => {
    const facts = await factsOf({ x: ['n', 3, 224, 224] }, { y: ['n', 2] });
    expect(failure(facts, { classes: ['a', 'b'] }).message).toMatch(/the preprocessing: --family imagenet/);
    const ultralytics = infer(facts, { classes: ['a', 'b'], family: 'yolov8', task: 'classification' });
    expect(ultralytics.preprocessing).toEqual({
      resize: 'center-crop',
      color: 'rgb',
      scale: 1 / 255,
      interpolation: 'bilinear',
      antialias: true,
    });
    expect(infer(facts, { classes: ['a', 'b'], family: 'imagenet' })).toMatchObject({
      task_type: 'classification',
      preprocessing: {
        resize: 'center-crop',
        resize_shorter_side: 256,
        antialias: true,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
      },
    });
    // timm's transforms_imagenet_eval: floor(384 / 0.875)
    const large = await factsOf({ x: ['n', 3, 384, 384] }, { y: ['n', 2] });
    expect(infer(large, { classes: ['a', 'b'], family: 'imagenet' }).preprocessing).toMatchObject({
      resize_shorter_side: 438,
    });
  });

  it.each(['a:b', 'a@1', '../a', ' a', 'a\nb', ''])('refuses %j as an id', async (id) => {
    const facts = await factsOf(IMAGE, { output0: [1, 84, 2100] });
    expect(failure(facts, { classes: COCO_CLASSES, id })).toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('cannot be a model id') as string,
    });
  });

  it('asks for an id when the name of the file is none', async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 84, 2100] });
    expect(() => inferManifest('models/a@2.onnx', facts, { classes: COCO_CLASSES })).toThrow(
      /cannot be a model id/,
    );
  });

  it('suggests the nearest word for an unknown family or task', async () => {
    const facts = await factsOf(IMAGE, { output0: [1, 84, 2100] });
    expect(failure(facts, { family: 'yollox' }).message).toContain('Did you mean yolox?');
    expect(failure(facts, { task: 'object-detecton' }).message).toContain('Did you mean object-detection?');
  });

  it.each(["{0: 'a', 2: 'c'}", "{0: 'a', 0: 'b'}", '{}', 'garbage', "{'x': 'y'}"])(
    'does not take %s for class names',
    async (names) => {
      const facts = await factsOf(IMAGE, { output0: [1, 84, 2100] }, ultralyticsMetadata('detect', names));
      expect(failure(facts).message).toContain('the class names');
    },
  );
});
