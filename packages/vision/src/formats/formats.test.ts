import { describe, expect, it } from 'vitest';
import { COCO_CATEGORY_IDS, cocoCategoryIdsFor, cocoClassNames } from './coco-categories.js';
import { toCareJson } from './care-json.js';
import { toCocoResults } from './coco-results.js';
import type { PredictionRecord } from './prediction-record.js';
import { toRoboflowResponse } from './roboflow-response.js';

const record: PredictionRecord = {
  width: 640,
  height: 480,
  model: { id: 'yolo', version: '1.2.0', registry: 'local', variant: 'onnx-fp32', backend: 'ort' },
  task: 'object-detection',
  predictions: [{ class: 'cat', classId: 15, confidence: 0.875, box: [10.5, 20, 110.5, 80] }],
  timings: { queue: 1, decode: 2, preprocess: 3, inference: 40, postprocess: 5, total: 52 },
};

describe('CARE JSON', () => {
  it('has exactly the documented keys', () => {
    expect(toCareJson('a.jpg', record)).toEqual({
      image: 'a.jpg',
      width: 640,
      height: 480,
      model: { id: 'yolo', version: '1.2.0', registry: 'local', variant: 'onnx-fp32', backend: 'ort' },
      task: 'object-detection',
      predictions: [{ class: 'cat', class_id: 15, confidence: 0.875, box: [10.5, 20, 110.5, 80] }],
      timings_ms: { queue: 1, decode: 2, preprocess: 3, inference: 40, postprocess: 5, total: 52 },
    });
  });

  it('says null for an unversioned model and drops what it does not know', () => {
    const model = { id: 'yolo', registry: 'local', variant: 'onnx-fp32', backend: 'ort' };
    const richer = { ...record, model: { ...model, sha256: 'secret' } };
    expect(toCareJson('a.jpg', richer).model).toEqual({ ...model, version: null });
  });
});

describe('Roboflow response', () => {
  it('has centres, sizes and ids', () => {
    expect(toRoboflowResponse(record, () => 'id')).toEqual({
      time: 0.04,
      image: { width: 640, height: 480 },
      predictions: [
        {
          x: 60.5,
          y: 50,
          width: 100,
          height: 60,
          confidence: 0.875,
          class: 'cat',
          class_id: 15,
          detection_id: 'id',
        },
      ],
    });
    expect(toRoboflowResponse(record).predictions).toMatchObject([
      { detection_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    ]);
  });
});

describe('COCO results', () => {
  it('have x, y, width, height and the class id, or the mapped one', () => {
    const line = { image_id: 139, bbox: [10.5, 20, 100, 60], score: 0.875 };
    expect(toCocoResults(139, record)).toEqual([{ ...line, category_id: 15 }]);
    expect(toCocoResults(139, record, { categoryIds: COCO_CATEGORY_IDS })).toEqual([
      { ...line, category_id: 17 },
    ]);
  });

  // instances_val2017.json: person 1, stop sign 13, backpack 27, toothbrush 90.
  it.each([
    [0, 1],
    [11, 13],
    [24, 27],
    [79, 90],
  ])('map class %i to category %i', (classId, category) => {
    expect(COCO_CATEGORY_IDS[classId]).toBe(category);
  });

  it('are mapped only for models of these classes', () => {
    expect(cocoCategoryIdsFor(cocoClassNames())).toBe(COCO_CATEGORY_IDS);
    expect(cocoCategoryIdsFor(cocoClassNames().map((name) => name.toUpperCase().replace(' ', '_')))).toBe(
      COCO_CATEGORY_IDS,
    );
    expect(cocoCategoryIdsFor([...cocoClassNames()].reverse())).toBeUndefined();
    expect(cocoCategoryIdsFor(['person'])).toBeUndefined();
  });
});
