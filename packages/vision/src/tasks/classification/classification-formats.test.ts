import { describe, expect, it } from 'vitest';
import { toCareJson } from '../../formats/care-json.js';
import { toCocoResults } from '../../formats/coco-results.js';
import type { PredictionRecord } from '../../formats/prediction-record.js';
import { toRoboflowResponse } from '../../formats/roboflow-response.js';

const record: PredictionRecord = {
  width: 640,
  height: 480,
  model: { id: 'posture', registry: 'local', variant: 'onnx-fp32', backend: 'ort' },
  task: 'classification',
  predictions: [
    { class: 'lying', classId: 2, confidence: 0.75 },
    { class: 'sitting', classId: 0, confidence: 0.25 },
  ],
  timings: { queue: 1, decode: 2, preprocess: 3, inference: 40, postprocess: 5, total: 52 },
};
const lines = [
  { class: 'lying', class_id: 2, confidence: 0.75 },
  { class: 'sitting', class_id: 0, confidence: 0.25 },
];
const head = { time: 0.04, image: { width: 640, height: 480 } };

describe('classes in the result formats', () => {
  it('care', () => {
    expect(toCareJson('a.jpg', record).predictions).toEqual(lines);
  });

  it('roboflow with one label', () => {
    expect(toRoboflowResponse(record)).toEqual({
      ...head,
      predictions: lines,
      top: 'lying',
      confidence: 0.75,
    });
    expect(toRoboflowResponse({ ...record, predictions: [] })).toEqual({
      ...head,
      predictions: [],
      top: '',
      confidence: 0,
    });
  });

  it('roboflow with any number of labels', () => {
    expect(toRoboflowResponse({ ...record, multiLabel: true })).toEqual({
      ...head,
      predictions: {
        lying: { class_id: 2, confidence: 0.75 },
        sitting: { class_id: 0, confidence: 0.25 },
      },
      predicted_classes: ['lying', 'sitting'],
    });
  });

  it('coco: a result a class, without a box', () => {
    expect(toCocoResults('a', record, { categoryIds: [7, 8, 9] })).toEqual([
      { image_id: 'a', category_id: 9, score: 0.75 },
      { image_id: 'a', category_id: 7, score: 0.25 },
    ]);
    expect(toCocoResults(3, record)[0]).toEqual({ image_id: 3, category_id: 2, score: 0.75 });
  });
});
