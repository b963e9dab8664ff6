import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYoloLabels } from '../../evaluate/ground-truth/yolo-labels.js';
import { cocoClassNames } from '../../formats/coco-categories.js';
import { decodeImage } from '../../image/decode-image.js';
import { rleFromPolygons } from '../../masks/polygon-raster.js';
import { floatSpec, modelPackage, signature } from '../../model-package.fixture.js';
import { TEST_ASSETS } from '../../test-assets.fixture.js';
import { openOrt } from '../ort-session.fixture.js';
import { predictFrames } from '../predict-frames.js';
import type { SegmentationPrediction } from '../task.js';
import type { LabelledImage } from '../task-evaluation.js';
import { segmentationTask } from './segmentation-task.js';

async function predictPhotos(assets: string): Promise<LabelledImage<SegmentationPrediction>[]> {
  const model = modelPackage({
    task: 'instance-segmentation',
    classNames: cocoClassNames(),
    inputSize: { width: 320, height: 320 },
  });
  const processor = segmentationTask.createProcessor(
    model,
    'onnx',
    signature([floatSpec('output0', 1, 116, 2100), floatSpec('output1', 1, 32, 80, 80)], 320),
  );
  const session = await openOrt(join(assets, 'models', 'yolov8n-seg_int8.onnx'));
  const folder = join(assets, 'images', 'coco');
  const photos: LabelledImage<SegmentationPrediction>[] = [];
  for (const file of readdirSync(join(folder, 'labels_seg'))) {
    const path = join(folder, 'images', file.replace(/\.txt$/, '.jpg'));
    const frame = await decodeImage({ kind: 'path', path });
    const { width, height } = frame;
    const text = readFileSync(join(folder, 'labels_seg', file), 'utf8');
    const { labels } = parseYoloLabels(text, { kind: 'polygon' }, { image: frame, file });
    const { predictions } = await predictFrames(
      processor,
      [frame],
      segmentationTask.evaluation.predictOptions,
      session.run,
    );
    photos.push({
      ...{ id: file, width, height, predictions: predictions[0] ?? [] },
      truths: labels.map(({ classId, box, polygon = [] }) => ({
        ...{ classId, box, mask: rleFromPolygons([polygon], { width, height }) },
      })),
    });
  }
  await session.release();
  return photos;
}

const title = `a real segmentation model on labelled photos${TEST_ASSETS === undefined ? ' (skipped: no CARE_TEST_ASSETS)' : ''}`;

describe.skipIf(TEST_ASSETS === undefined)(title, () => {
  // tools/fixtures/vision_segmentation_accuracy.py: OpenCV, ONNX Runtime and pycocotools on the same photos.
  it('is as accurate as an independent implementation finds', { timeout: 300_000 }, async () => {
    const photos = await predictPhotos(TEST_ASSETS ?? '');
    const { measures } = segmentationTask.evaluation.evaluate(photos, {
      classNames: cocoClassNames(),
      confidence: 0.25,
    });
    const figureOf = (name: string, figure: string): number =>
      measures.find((measure) => measure.name === name)?.figures[figure] ?? NaN;
    const found = ['mask', 'box'].map((name) => [figureOf(name, 'mAP50'), figureOf(name, 'mAP50_95')]);
    console.info(`yolov8n-seg_int8, ${photos.length} photos: mAP50, mAP50-95 of masks and boxes`, found);
    const independent = [
      [0.461, 0.292],
      [0.5202, 0.3659],
    ];
    found.flat().forEach((figure, index) => {
      expect(figure).toBeGreaterThan((independent.flat()[index] ?? NaN) - 0.01);
    });
  });
});
