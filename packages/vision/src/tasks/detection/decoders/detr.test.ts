import type { Tensor } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { floatSpec, modelPackage } from '../../../model-package.fixture.js';
import { prepare } from '../../prepare.fixture.js';
import { detectionTask } from '../detection-task.js';
import { blank, careError, floats, read, sparse } from '../outputs.fixture.js';

/** Two queries: the middle of the picture, and its left top quarter. */
const boxes = floats([1, 2, 4], [0.5, 0.5, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5]);
const logit = (p: number): number => Math.log(p / (1 - p));
const stretch = { preprocessing: { resize: 'stretch' } } as const;

describe('detr', () => {
  it('reads boxes and logits (RT-DETR, RF-DETR, D-FINE), each query its best class', () => {
    const logits = floats([1, 2, 3], [-9, logit(0.8), logit(0.6), logit(0.3), -9, -9]);
    const found = read({ pred_logits: logits, pred_boxes: boxes }, { model: stretch, frame: blank(128, 64) });
    expect(found.map(({ class: name, box }) => [name, box])).toEqual([
      ['b', [48, 16, 80, 48]],
      ['a', [0, 0, 64, 32]],
    ]);
    expect(found.map(({ confidence }) => Number(confidence.toFixed(5)))).toEqual([0.8, 0.3]);
    const all = read(
      { pred_logits: logits, pred_boxes: boxes },
      { model: stretch, options: { multiLabel: true } },
    );
    expect(all.map(({ class: name }) => name)).toEqual(['b', 'c', 'a']);
  });

  it.each([0, 1e-9, 0.3, 0.5, 0.99, 1])('keeps all scores from %d on, equal ones included', (confidence) => {
    // As float32 the sigmoid of 40 is 1.
    const least = confidence === 0 ? -80 : confidence === 1 ? 40 : logit(confidence) + 1e-4;
    const logits = floats([1, 2, 3], [least, -99, -99, 40, -99, -99]);
    const found = read({ pred_logits: logits, pred_boxes: boxes }, { options: { confidence } });
    expect(found).toHaveLength(2);
  });

  it("reads the original's softmax with a last no-object class", () => {
    // softmax of (ln 1, ln 2, ln 1, ln 4) = 1/8, 2/8, 1/8, 4/8: the no-object class does not count.
    const logits = floats([1, 2, 4], [0, Math.log(2), 0, Math.log(4), 9, 0, 0, 99]);
    const outputs = { logits, pred_boxes: boxes };
    const model = { postprocessing: { decoder: 'detr', decoderOptions: { scores: 'softmax' } } };
    const found = read(outputs, { model, options: { confidence: 0.2 } });
    expect(found.map(({ class: name, confidence }) => [name, Number(confidence.toFixed(5))])).toEqual([
      ['b', 0.25],
    ]);
    const open = careError(() => read(outputs));
    expect([open.code, open.message, open.remedy]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringMatching(/4 scores for 3 classes/),
      expect.stringContaining('softmax'),
    ]);
  });

  it('ignores the unused slot of RF-DETR', () => {
    const labels = floats([1, 2, 4], [-9, 3, -9, 8, -9, -9, -9, 9]);
    expect(read({ dets: boxes, labels }).map(({ class: name }) => name)).toEqual(['b']);
  });

  it('leaves the background of Roboflow’s RF-DETR out, and moves what follows up', () => {
    // Scores: background, a, b, c. The best score of either query is that of the background.
    const labels = floats([1, 2, 4], [9, -9, -9, 3, 8, 2, -9, -9]);
    const model = { postprocessing: { decoder: 'rfdetr', decoderOptions: { backgroundClasses: [0] } } };
    expect(read({ dets: boxes, labels }, { model }).map(({ class: name }) => name)).toEqual(['c', 'a']);
    const last = { postprocessing: { decoder: 'rfdetr', decoderOptions: { backgroundClasses: [3, 1] } } };
    const more = floats([1, 2, 5], [-9, 9, -9, 9, 4, -9, -9, 4, -9, -9]);
    expect(read({ dets: boxes, labels: more }, { model: last }).map(({ class: name }) => name)).toEqual([
      'c',
      'b',
    ]);
  });

  it.each([['0'], [[-1]], [[0.5]], [{ 0: true }]])('refuses %j as positions of the background', (wrong) => {
    const model = { postprocessing: { decoderOptions: { backgroundClasses: wrong } } };
    const labels = floats([1, 2, 4], [9, -9, -9, 3, 8, 2, -9, -9]);
    expect(careError(() => read({ dets: boxes, labels }, { model })).code).toBe('MODEL_INCOMPATIBLE');
  });

  it('reads one joined output of probabilities (Ultralytics)', () => {
    const joined = floats([1, 2, 7], [0.5, 0.5, 0.25, 0.5, 0.1, 0.9, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(read({ output0: joined })).toMatchObject([{ class: 'b', box: [24, 16, 40, 48] }]);
  });

  it('feeds the size of the input to deployed models and reads their pixels', () => {
    const model = modelPackage({ ...stretch, inputSize: { width: 96, height: 64 } });
    const processor = detectionTask.createProcessor(model, 'onnx', {
      inputs: [
        floatSpec('images', 'n', 3, 64, 96),
        { name: 'orig_target_sizes', type: 'int64', shape: ['n', 2] },
      ],
      outputs: [
        { name: 'labels', type: 'int64', shape: ['n', 300] },
        floatSpec('boxes', 'n', 300, 4),
        floatSpec('scores', 'n', 300),
      ],
    });
    const { inputs, geometry } = prepare(processor, blank(192, 64));
    expect(inputs.orig_target_sizes).toEqual({
      type: 'int64',
      dims: [1, 2],
      data: BigInt64Array.of(96n, 64n),
    });
    const outputs: Record<string, Tensor> = {
      labels: { type: 'int64', dims: [1, 2], data: BigInt64Array.of(2n, 0n) },
      boxes: floats([1, 2, 4], [10, 20, 30, 40, 0, 0, 5, 5]),
      scores: floats([1, 2], [0.7, 0.1]),
    };
    expect(processor.postprocess(outputs, geometry, {})).toMatchObject([
      { class: 'c', box: [20, 20, 60, 40] },
    ]);
  });

  it.each([
    ['as large as the input', ['n', 'height', 'width'], [4, 6], '111111111111111111000000'],
    // 3 of 4 rows of the input are picture: of 8 rows the middles of 6.
    ['of another size', [1, 8, 2], [8, 2], '1111111111110000'],
  ] as const)('feeds a pixel mask %s: 1 where the picture lies', (_, shape, [rows, columns], wanted) => {
    const model = modelPackage({
      inputSize: { width: 6, height: 4 },
      preprocessing: { resize: 'letterbox', padPosition: 'top-left' },
    });
    const processor = detectionTask.createProcessor(model, 'onnx', {
      inputs: [
        floatSpec('pixel_values', 'n', 3, 'height', 'width'),
        { name: 'pixel_mask', type: 'int64', shape },
      ],
      outputs: [floatSpec('logits', 'n', 5, 3), floatSpec('pred_boxes', 'n', 5, 4)],
    });
    const { inputs } = prepare(processor, blank(12, 6));
    expect(inputs.pixel_mask).toEqual({
      type: 'int64',
      dims: [1, rows, columns],
      data: BigInt64Array.from(wanted, BigInt),
    });
  });

  it('says which input it cannot feed', () => {
    const model = modelPackage();
    const error = careError(() =>
      detectionTask.createProcessor(model, 'onnx', {
        inputs: [floatSpec('images', 1, 3, 64, 64), floatSpec('prompt', 1, 77)],
        outputs: [floatSpec('output0', 1, 7, 84)],
      }),
    );
    expect(error.message).toContain('prompt float32 [1, 77]');
  });

  it('says the numbers when the class count is wrong', () => {
    const error = careError(() => read({ boxes: sparse([1, 2, 4], {}), logits: sparse([1, 2, 91], {}) }));
    expect([error.code, error.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringMatching(/91 classes.*names 3/),
    ]);
  });
});
