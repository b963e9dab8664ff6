import type { TensorSpec } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { classes, floatSpec, modelPackage, signature } from '../../model-package.fixture.js';
import type { PackageChanges } from '../../model-package.fixture.js';
import { detectionTask } from './detection-task.js';
import { careError } from './outputs.fixture.js';

const INPUT = { width: 640, height: 640 };

function bind(outputs: readonly TensorSpec[], changes: PackageChanges): void {
  const model = modelPackage({ inputSize: INPUT, ...changes });
  detectionTask.createProcessor(model, 'onnx', signature(outputs, 640));
}

const ultralytics = (changes: Record<string, string> = {}): Record<string, string> => ({
  description: 'Ultralytics YOLO11n model trained on coco.yaml',
  task: 'detect',
  stride: '32',
  names: "{0: 'a'}",
  args: "{'nms': False}",
  ...changes,
});

describe('decoder choice', () => {
  // Output shapes as the exporters of these families document them, 640 x 640, with the number of classes.
  it.each<[string, number, TensorSpec[], PackageChanges?]>([
    ['YOLOv8', 80, [floatSpec('output0', 1, 84, 8400)]],
    ['YOLOv8, dynamic', 80, [floatSpec('output0', 'batch', 84, 'anchors')]],
    ['YOLOv8, one class', 1, [floatSpec('output0', 1, 5, 8400)]],
    ['YOLOv8, two classes, transposed', 2, [floatSpec('output0', 1, 8400, 6)]],
    [
      'YOLOv8-seg',
      80,
      [floatSpec('output0', 1, 116, 8400), floatSpec('output1', 1, 32, 160, 160)],
      { task: 'instance-segmentation' },
    ],
    ['YOLO11-pose', 1, [floatSpec('output0', 1, 56, 8400)], { task: 'pose-estimation' }],
    ['YOLOv5', 80, [floatSpec('output0', 1, 25200, 85)]],
    ['YOLOv5, one class', 1, [floatSpec('output0', 1, 25200, 6)]],
    [
      'YOLOv5 with training heads',
      80,
      [floatSpec('output', 1, 25200, 85), floatSpec('p3', 1, 3, 80, 80, 85)],
    ],
    [
      'YOLOv5, dynamic, by metadata',
      80,
      [floatSpec('output0', 'batch', 'anchors', 85)],
      { exporterMetadata: { stride: '32', names: '{}' } },
    ],
    ['YOLOv10', 80, [floatSpec('output0', 1, 300, 6)]],
    ['YOLOv7 end-to-end', 80, [floatSpec('output', 'rows', 7)]],
    [
      'YOLO26, two classes, by metadata',
      2,
      [floatSpec('output0', 1, 300, 6)],
      { exporterMetadata: ultralytics({ end2end: 'True' }) },
    ],
    [
      'NMS inside, two classes, by metadata',
      2,
      [floatSpec('output0', 1, 300, 6)],
      { exporterMetadata: ultralytics({ args: "{'nms': True}" }) },
    ],
    ['RT-DETR', 80, [floatSpec('logits', 1, 300, 80), floatSpec('pred_boxes', 1, 300, 4)]],
    ['RF-DETR', 90, [floatSpec('dets', 1, 300, 4), floatSpec('labels', 1, 300, 91)]],
    [
      'four classes beside four coordinates',
      4,
      [floatSpec('logits', 1, 300, 4), floatSpec('pred_boxes', 1, 300, 4)],
    ],
    ['Ultralytics RT-DETR', 80, [floatSpec('output0', 1, 300, 84)]],
    [
      'Ultralytics RT-DETR, two classes, by metadata',
      2,
      [floatSpec('output0', 1, 300, 6)],
      { exporterMetadata: ultralytics({ description: 'Ultralytics rtdetr-l model' }) },
    ],
    [
      'YOLOv10 without its one-to-one head, by metadata',
      80,
      [floatSpec('output0', 1, 84, 8400)],
      { exporterMetadata: ultralytics({ description: 'Ultralytics YOLOv10n model', end2end: 'False' }) },
    ],
    [
      'YOLOv8 with the sparse metadata of YOLOv5',
      80,
      [floatSpec('output0', 1, 84, 8400)],
      { exporterMetadata: { stride: '32', names: '{}' } },
    ],
    ['an alias', 80, [floatSpec('output0', 1, 84, 8400)], { postprocessing: { decoder: 'YOLOv9' } }],
  ])('%s with %i classes', (_, count, outputs, changes = {}) => {
    expect(() => bind(outputs, { classNames: classes(count), ...changes })).not.toThrow();
  });

  it.each<[string, number, TensorSpec[], string[]]>([
    ['YOLOX or a v5-like row', 80, [floatSpec('output', 1, 8400, 85)], ['yolov5', 'yolox']],
    ['end-to-end or RT-DETR of two classes', 2, [floatSpec('output0', 1, 300, 6)], ['end2end', 'detr']],
  ])('asks when it could be %s', (_, count, outputs, candidates) => {
    const error = careError(() => bind(outputs, { classNames: classes(count) }));
    expect(error.code).toBe('MODEL_INCOMPATIBLE');
    for (const name of candidates) expect(error.message).toContain(`${name} (`);
    expect(error.remedy).toContain('"decoder"');
    const model = { classNames: classes(count), postprocessing: { decoder: candidates[0] ?? '' } };
    expect(() => bind(outputs, model)).not.toThrow();
  });

  it('gives every reason when nothing fits', () => {
    const error = careError(() => bind([floatSpec('output0', 1, 84, 8400)], { classNames: classes(3) }));
    expect(error.code).toBe('MODEL_INCOMPATIBLE');
    expect(error.message).toMatch(/3 classes .*80 classes/);
    for (const name of ['yolov8', 'yolov5', 'yolox', 'end2end', 'detr'])
      expect(error.message).toContain(`${name}: `);
  });

  it('believes metadata and package, and says who named what does not fit', () => {
    const outputs = [floatSpec('output0', 1, 84, 8400)];
    const byMetadata = careError(() =>
      bind(outputs, { classNames: classes(3), exporterMetadata: ultralytics() }),
    );
    expect(byMetadata.message).toMatch(/yolov8, named by the exporter's metadata.*3 classes.*80 classes/);
    const byPackage = careError(() =>
      bind(outputs, { classNames: classes(80), postprocessing: { decoder: 'end2end' } }),
    );
    expect(byPackage.message).toMatch(/end2end, named by the package, does not fit.*84/);
    expect(careError(() => bind(outputs, { postprocessing: { decoder: 'yolov99' } })).remedy).toContain(
      'yolov8',
    );
  });

  it('refuses batches', () => {
    expect(
      careError(() => bind([floatSpec('output0', 8, 84, 8400)], { classNames: classes(80) })).message,
    ).toContain('batch 8');
  });
});
