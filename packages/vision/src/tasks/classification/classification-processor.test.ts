import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classes, floatSpec, modelPackage, signature } from '../../model-package.fixture.js';
import { careError, floats } from '../detection/outputs.fixture.js';
import { byClass, classify } from './classification.fixture.js';
import { classificationTask } from './classification-task.js';

const numbers = z.array(z.number());
/** SciPy's softmax and expit, see tools/fixtures/vision_class_scores.py. */
const { cases } = z
  .object({
    cases: z.array(
      z.object({
        name: z.string(),
        logits: numbers,
        softmax: numbers,
        sigmoid: numbers,
        half: numbers,
        halfSoftmax: numbers,
        order: numbers,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('./fixtures/class-scores.json', import.meta.url), 'utf8')));

const error = (...args: Parameters<typeof classify>) => careError(() => classify(...args));

describe('scores as SciPy computes them', () => {
  it.each(cases)('$name', ({ logits, softmax, sigmoid, half, halfSoftmax, order }) => {
    const model = { classNames: classes(logits.length) };
    const dims = [1, logits.length];
    const all = { topK: logits.length };
    const output = { logits: floats(dims, logits) };
    const single = classify(output, { model, options: all });
    expect(single.map(({ classId }) => classId)).toEqual(order);
    expectClose(byClass(single), softmax, 1e-12);
    const multi = classify(output, { model, options: { multiLabel: true, confidence: 0 } });
    expectClose(byClass(multi), sigmoid, 1e-12);
    const halves = { logits: { type: 'float16', dims, data: Uint16Array.from(half) } } as const;
    expectClose(byClass(classify(halves, { model, options: all })), halfSoftmax, 1e-12);
    // A model that ends in softmax itself: nothing is applied a second time.
    const finished = { output: floats(dims, softmax) };
    expectClose(byClass(classify(finished, { model, options: all })), softmax, 1e-7);
  });
});

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(Math.abs(value - (wanted[index] ?? NaN)), `class ${index}`).toBeLessThanOrEqual(tolerance);
  });
}

describe('what the numbers mean', () => {
  const softmaxed = [0.7, 0.2, 0.1];
  const [e1, e2, e3] = softmaxed.map(Math.exp) as [number, number, number];
  const twice = [e1, e2, e3].map((value) => value / (e1 + e2 + e3));
  const sigmoids = softmaxed.map((value) => 1 / (1 + Math.exp(-value)));
  const exported = { task: 'classify', names: "{0: 'a'}", stride: '1' };

  it.each<[string, string, object, readonly number[]]>([
    ['the decoder', 'out', { postprocessing: { decoder: 'logits' } }, twice],
    ['the decoder, against the name', 'probs', { postprocessing: { decoder: 'softmax' } }, twice],
    ['the decoder sigmoid', 'out', { postprocessing: { decoder: 'Sigmoid' } }, sigmoids],
    ['option scores', 'out', { postprocessing: { decoderOptions: { scores: 'logits' } } }, twice],
    ['the exporter, against the name', 'logits', { exporterMetadata: exported }, softmaxed],
    ['the output name', 'class_logits', {}, twice],
    ['the output name', 'dense/Softmax:0', {}, softmaxed],
    ['the numbers', 'output', {}, softmaxed],
    [
      'the numbers: YOLOv5 names no task',
      'output',
      { exporterMetadata: { names: '[]', stride: '1' } },
      softmaxed,
    ],
  ])('%s', (_by, name, model, wanted) => {
    expectClose(byClass(classify({ [name]: floats([1, 3], softmaxed) }, { model })), wanted, 1e-7);
  });

  it('is probabilities only when the numbers add up to 1 within 0.001', () => {
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    const near = byClass(classify({ output: floats([1, 3], [0.7, 0.2, 0.1009]) }));
    expect(near[0]).toBeCloseTo(0.7, 6);
    const far = byClass(classify({ output: floats([1, 3], [0.7, 0.2, 0.102]) }));
    expect(far[0]).toBeLessThan(0.5);
    expect(sum(far)).toBeCloseTo(1, 9);
    const negative = byClass(classify({ output: floats([1, 3], [1.2, -0.1, -0.1]) }));
    expect(sum(negative)).toBeCloseTo(1, 9);
    expect(negative[1]).toBeGreaterThan(0);
  });

  it('is probabilities of several labels when all numbers lie in 0..1', () => {
    const options = { multiLabel: true, confidence: 0 };
    expectClose(
      byClass(classify({ output: floats([1, 3], [0.9, 0.8, 0.1]) }, { options })),
      [0.9, 0.8, 0.1],
      1e-7,
    );
    expect(byClass(classify({ output: floats([1, 3], [0, 2, -2]) }, { options }))[0]).toBe(0.5);
  });

  it('refuses probabilities that are none, unknown decoders and options', () => {
    const wrong = error({ probs: floats([1, 3], [4, 0, 0]) });
    expect([wrong.code, wrong.message]).toEqual([
      'MODEL_INCOMPATIBLE',
      expect.stringContaining('class 0 has 4') as string,
    ]);
    const model = modelPackage({ task: 'classification', postprocessing: { decoder: 'yolov8' } });
    expect(careError(() => classificationTask.checkPackage(model)).message).toContain('"yolov8"');
    const options = { model: { postprocessing: { decoderOptions: { scores: 'odds' } } } };
    expect(error({ output: floats([1, 3], softmaxed) }, options).message).toContain('"odds"');
  });
});

describe('shapes', () => {
  const scores = [-1, 3, 0];

  it.each([[[1, 3]], [[1, 3, 1, 1]], [[1, 1, 3]], [[1, 1, 1, 3]]])('reads [%s]', (dims) => {
    expect(classify({ output: floats(dims, scores) })[0]?.classId).toBe(1);
  });

  it('takes the output of several that fits the classes, or the named one', () => {
    const outputs = { features: floats([1, 8], Array(8).fill(9)), output: floats([1, 3], scores) };
    expect(classify(outputs).map(({ classId }) => classId)).toEqual([1, 2, 0]);
    const two = { logits: floats([1, 3], scores), other_logits: floats([1, 3], [5, 0, 0]) };
    expect(error(two).message).toContain('logits float32 [1, 3], other_logits float32 [1, 3]');
    const named = (output: string) => ({ model: { postprocessing: { decoderOptions: { output } } } });
    expect(classify(two, named('other_logits'))[0]?.classId).toBe(0);
    expect(error(two, named('nothing')).message).toContain('"nothing"; the model has logits, other_logits');
  });

  it('names both numbers when the classes do not fit', () => {
    const background = error(
      { output: floats([1, 1001], Array(1001).fill(0)) },
      {
        model: { classNames: classes(1000) },
      },
    );
    expect(background.code).toBe('MODEL_INCOMPATIBLE');
    expect(background.message).toContain('class_names has 1000 names');
    expect(background.message).toContain('1001 scores');
    expect(background.remedy).toContain('background');
    expect(error({ output: floats([1, 7, 84], Array(588).fill(0)) }).message).toContain(
      'no output is [N, 3]',
    );
    expect(error({}).code).toBe('MODEL_INCOMPATIBLE');
  });

  it('checks the shape of a run when the model leaves it open', () => {
    const stated = [floatSpec('output', -1, 'classes')];
    expect(classify({ output: floats([1, 3], scores) }, { stated })[0]?.classId).toBe(1);
    expect(error({ output: floats([1, 4], [0, 0, 0, 1]) }, { stated }).message).toContain('4 scores');
    expect(error({ output: floats([3], scores) }, { stated }).code).toBe('MODEL_INCOMPATIBLE');
    expect(error({ output: floats([3, 1], scores) }, { stated }).code).toBe('MODEL_INCOMPATIBLE');
  });

  it('leaves the batch to the model', () => {
    const batchOf = (batch: number | string) =>
      classificationTask.createProcessor(modelPackage({ task: 'classification' }), 'onnx', {
        inputs: [floatSpec('images', batch, 3, 64, 64)],
        outputs: [floatSpec('output', batch, 3)],
      }).batch;
    expect([batchOf('N'), batchOf(-1), batchOf(1), batchOf(4)]).toEqual([undefined, undefined, 1, 4]);
  });

  it('refuses inputs that nobody feeds', () => {
    const { inputs } = signature([]);
    const model = modelPackage({ task: 'classification' });
    const create = () =>
      classificationTask.createProcessor(model, 'onnx', {
        inputs: [...inputs, floatSpec('tokens', 1, 77)],
        outputs: [floatSpec('output', 1, 3)],
      });
    expect(careError(create).message).toContain('tokens float32 [1, 77]');
  });
});

describe('one score for two classes', () => {
  const model = { classNames: ['standing', 'fallen'] };
  const decoder = (name: string) => ({ model: { ...model, postprocessing: { decoder: name } } });

  it('is that of the second', () => {
    const probability = classify({ output: floats([1, 1], [0.75]) }, decoder('probabilities'));
    expect(probability.map(({ class: name, confidence }) => [name, confidence])).toEqual([
      ['fallen', 0.75],
      ['standing', 0.25],
    ]);
    // 1 / (1 + e^-2), scipy.special.expit(2).
    const logit = classify({ output: floats([1, 1], [2]) }, decoder('logits'));
    expect(logit[0]).toMatchObject({ class: 'fallen', classId: 1 });
    expect(logit[0]?.confidence).toBeCloseTo(0.8807970779778823, 12);
  });

  it('has to be stated, unless the name tells', () => {
    expect(error({ output: floats([1, 1], [0.75]) }, { model }).message).toContain('logit or a probability');
    const open = { model, stated: [floatSpec('output', 'n', 'c')] };
    expect(error({ output: floats([1, 1], [0.75]) }, open).code).toBe('MODEL_INCOMPATIBLE');
    expect(classify({ sigmoid: floats([1, 1], [0.75]) }, { model })[0]?.confidence).toBe(0.75);
  });

  it('serves one class', () => {
    const one = { model: { classNames: ['fallen'], postprocessing: { decoder: 'logits' } } };
    expect(classify({ output: floats([1, 1], [0]) }, one)).toEqual([
      { class: 'fallen', classId: 0, confidence: 0.5 },
    ]);
  });
});

describe('what is given', () => {
  const output = { logits: floats([1, 8], [0, 1, 2, 3, 4, 5, 6, 7]) };
  const model = { classNames: classes(8) };
  const given = (options: object, postprocessing = {}) =>
    classify(output, { model: { ...model, postprocessing }, options }).map(({ classId }) => classId);

  it('of one label: the five best, whatever they score, or as many as are asked for', () => {
    expect(given({})).toEqual([7, 6, 5, 4, 3]);
    expect(given({ topK: 2 })).toEqual([7, 6]);
    expect(given({ topK: 100 })).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(given({ maxDetections: 1 })).toEqual([7]);
    expect(given({}, { confidenceThreshold: 0.9 })).toHaveLength(5);
  });

  it('of one label: only what reaches the confidence of the caller', () => {
    expect(given({ confidence: 0.2 })).toEqual([7, 6]);
    expect(given({ confidence: 0.999 })).toEqual([]);
  });

  it('of any number of labels: all that reach the threshold', () => {
    expect(given({ multiLabel: true })).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(given({ multiLabel: true, confidence: 0.9 })).toEqual([7, 6, 5, 4, 3]);
    expect(given({}, { multiLabel: true, confidenceThreshold: 0.99 })).toEqual([7, 6, 5]);
    expect(given({ multiLabel: true, topK: 1 })).toEqual([7]);
  });

  it('obeys the range of topK', () => {
    expect(error(output, { model, options: { topK: 0 } }).code).toBe('OPTIONS_INVALID');
  });
});

describe('scores that are not finite', () => {
  it.each([
    ['NaN', [0, NaN, 1]],
    ['Infinity', [0, Infinity, 1]],
    ['-Infinity throughout', [-Infinity, -Infinity, -Infinity]],
  ])('%s: INFERENCE_FAILED', (_name, values) => {
    expect(error({ logits: floats([1, 3], values) }).code).toBe('INFERENCE_FAILED');
  });

  it('takes -Infinity for a class that is masked out', () => {
    expect(byClass(classify({ logits: floats([1, 3], [0, -Infinity, 0]) }))).toEqual([0.5, 0, 0.5]);
  });
});

describe('whole numbers', () => {
  const dims = [1, 3];
  const stored = { type: 'uint8', dims, data: Uint8Array.from([64, 160, 32]) } as const;
  const decoderOptions = { scale: 1 / 256 };

  it('are read by their scale and zero point', () => {
    const found = byClass(classify({ output: stored }, { model: { postprocessing: { decoderOptions } } }));
    expect(found).toEqual([0.25, 0.625, 0.125]);
    const signed = { type: 'int8', dims, data: Int8Array.from([-64, 32, -96]) } as const;
    const shifted = { model: { postprocessing: { decoderOptions: { scale: 1 / 256, zero_point: -128 } } } };
    expect(byClass(classify({ output: signed }, shifted))).toEqual([0.25, 0.625, 0.125]);
  });

  it('without a scale are refused', () => {
    expect(error({ output: stored }).message).toContain('uint8; its scale is not stated');
    const bad = { model: { postprocessing: { decoderOptions: { scale: 0 } } } };
    expect(error({ output: stored }, bad).code).toBe('MODEL_INCOMPATIBLE');
  });
});
