import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cocoClassNames } from '../../formats/coco-categories.js';
import { decodeImage } from '../../image/decode-image.js';
import { floatSpec, modelPackage } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { TEST_ASSETS } from '../../test-assets.fixture.js';
import { openOrt } from '../ort-session.fixture.js';
import { prepare } from '../prepare.fixture.js';
import type { Box, DetectionPrediction, SessionSignature } from '../task.js';
import { detectionTask } from './detection-task.js';
import { intersectionOverUnion } from './nms.js';

/** Labelled objects count when their longer side is at least this part of the image's longer side. */
const MIN_SIDE = 0.2;
const MIN_IOU = 0.5;

interface Label {
  readonly classId: number;
  readonly box: Box;
}

/** YOLO text: class, centre, width, height, of 0..1. */
function labelsOf(file: string, width: number, height: number): Label[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const [classId = NaN, cx = NaN, cy = NaN, w = NaN, h = NaN] = line.trim().split(/\s+/).map(Number);
    const box: Box = [
      (cx - w / 2) * width,
      (cy - h / 2) * height,
      (cx + w / 2) * width,
      (cy + h / 2) * height,
    ];
    const large = Math.max(w * width, h * height) >= MIN_SIDE * Math.max(width, height);
    return large ? [{ classId, box }] : [];
  });
}

/** Greedy one-to-one matching, best predictions first. */
function countFound(predictions: readonly DetectionPrediction[], labels: readonly Label[]): number {
  const free = new Set(labels);
  const byConfidence = [...predictions].sort((a, b) => b.confidence - a.confidence);
  for (const { classId, box } of byConfidence) {
    const rivals = [...free]
      .filter((label) => label.classId === classId)
      .map((label) => ({ label, iou: intersectionOverUnion([...box, ...label.box], 0, 1) }))
      .sort((a, b) => b.iou - a.iou);
    const [best] = rivals;
    if (best !== undefined && best.iou >= MIN_IOU) free.delete(best.label);
  }
  return labels.length - free.size;
}

interface RealModel {
  readonly file: string;
  readonly recall: number;
  readonly size: number;
  readonly outputs: SessionSignature['outputs'];
  readonly changes: PackageChanges;
}

/** Preprocessing as the models' sources state it; the wanted recall is that of an independent evaluator, less 0.02. */
const MODELS: readonly RealModel[] = [
  {
    file: 'yolov8n_int8.onnx',
    recall: 0.69,
    size: 320,
    outputs: [floatSpec('output0', 1, 84, 2100)],
    changes: {},
  },
  {
    file: 'yolox_nano.onnx',
    recall: 0.66,
    size: 416,
    outputs: [floatSpec('output', 1, 3549, 85)],
    changes: {
      preprocessing: { color: 'bgr', scale: 1, padPosition: 'top-left' },
      postprocessing: { decoder: 'yolox' },
    },
  },
  {
    file: 'yolov8n-seg_int8.onnx',
    recall: 0.7,
    size: 320,
    outputs: [floatSpec('output0', 1, 116, 2100), floatSpec('output1', 1, 32, 80, 80)],
    changes: { task: 'instance-segmentation' },
  },
];

async function recallOf({ file, size, outputs, changes }: RealModel, assets: string): Promise<number> {
  const session = await openOrt(join(assets, 'models', file));
  const model = modelPackage({
    ...changes,
    classNames: cocoClassNames(),
    inputSize: { width: size, height: size },
  });
  const signature = { inputs: [floatSpec('images', 1, 3, size, size)], outputs };
  const processor = detectionTask.createProcessor(model, 'onnx', signature);
  const images = join(assets, 'images', 'coco', 'images');
  let [found, all] = [0, 0];
  for (const name of readdirSync(images)) {
    const frame = await decodeImage({ kind: 'path', path: join(images, name) });
    const { inputs, geometry } = prepare(processor, frame);
    const results = await session.run(inputs);
    const predictions = processor.postprocess(results, geometry, { confidence: 0.25 });
    const labelFile = join(assets, 'images', 'coco', 'labels', name.replace(/\.jpg$/, '.txt'));
    const labels = labelsOf(labelFile, frame.width, frame.height);
    all += labels.length;
    found += countFound(predictions, labels);
  }
  await session.release();
  return found / all;
}

const title = `real models on real photos${TEST_ASSETS === undefined ? ' (skipped: no CARE_TEST_ASSETS)' : ''}`;

describe.skipIf(TEST_ASSETS === undefined)(title, () => {
  it.each(MODELS)('$file finds $recall of the large objects', { timeout: 300_000 }, async (model) => {
    const recall = await recallOf(model, TEST_ASSETS ?? '');
    expect(recall).toBeGreaterThanOrEqual(model.recall);
    console.info(`${model.file}: recall ${recall.toFixed(3)}`);
  });
});
