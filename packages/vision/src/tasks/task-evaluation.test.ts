import { describe, expect, it } from 'vitest';
import { rleFromPolygons } from '../masks/polygon-raster.js';
import type { Rle } from '../masks/rle.js';
import { classificationEvaluator } from './classification/classification-evaluation.js';
import { detectionEvaluator } from './detection/detection-evaluation.js';
import { careError } from './detection/outputs.fixture.js';
import { poseEvaluator } from './pose/pose-evaluation.js';
import { segmentationEvaluator } from './segmentation/segmentation-evaluation.js';
import type { EvaluationFacts, LabelledImage, LabelledObject, TaskEvaluation } from './task-evaluation.js';
import type { Box, DetectionPrediction } from './task-prediction.js';

const facts: EvaluationFacts = { classNames: ['cat', 'dog', 'bird'], confidence: 0.5 };
const size = { width: 200, height: 100 };
const [LEFT, MIDDLE, RIGHT]: Box[] = [
  [0, 0, 40, 40],
  [60, 0, 100, 40],
  [120, 0, 160, 40],
];
const left = LEFT ?? [0, 0, 0, 0];
const middle = MIDDLE ?? left;
const right = RIGHT ?? left;

function found(classId: number, confidence: number, box: Box): DetectionPrediction {
  return { class: facts.classNames[classId] ?? '', classId, confidence, box };
}

const figuresOf = (evaluation: TaskEvaluation, name: string): unknown =>
  evaluation.measures.find((measure) => measure.name === name)?.figures;

describe('detections', () => {
  const images: LabelledImage<DetectionPrediction>[] = [
    {
      ...{ id: 'a', ...size },
      truths: [
        { classId: 0, box: left },
        { classId: 1, box: middle },
        { classId: 1, box: [100, 50, 200, 100], crowd: true },
      ],
      predictions: [
        found(0, 0.9, left), // found
        found(0, 0.8, middle), // a dog taken for a cat
        found(1, 0.7, [110, 60, 130, 80]), // in the crowd of dogs: counts neither way
        found(2, 0.6, right), // nothing is there
        found(1, 0.4, middle), // below the confidence in use, but within the average precision
      ],
    },
    { ...{ id: 'b', ...size }, truths: [], predictions: [] },
  ];
  const evaluation = detectionEvaluator.evaluate(images, facts);

  it('are counted at the confidence in use', () => {
    expect(figuresOf(evaluation, 'found')).toEqual({ precision: 1 / 3, recall: 1 / 2, F1: 2 / 5 });
    expect(evaluation.images).toEqual([
      { id: 'a', score: 2 / 5, mistakes: 3, note: '1 found, 1 missed, 2 false' },
      { id: 'b', score: 1, mistakes: 0, note: '0 found, 0 missed, 0 false' },
    ]);
    expect([evaluation.imageCount, evaluation.truthCount, evaluation.predictionCount]).toEqual([2, 2, 5]);
  });

  it('tell what was taken for what', () => {
    expect(evaluation.confusion).toEqual({
      classes: [
        { class: 'cat', classId: 0 },
        { class: 'dog', classId: 1 },
        { class: 'bird', classId: 2 },
      ],
      rows: [
        [1, 0, 0],
        [1, 0, 0],
        [0, 0, 0],
      ],
      missed: [0, 0, 0],
      unfounded: [0, 0, 1],
    });
  });

  it('have average precision over all confidences, for classes with truth', () => {
    expect(figuresOf(evaluation, 'box')).toMatchObject({ mAP50: 1, mAP50_95: 1, mAP_small: null });
    const [box] = evaluation.measures;
    expect(box?.perClass.map((row) => [row.class, row.truthCount, row.figures.AP50])).toEqual([
      ['cat', 1, 1],
      ['dog', 1, 1],
    ]);
  });

  it('of classes that the data set does not label are left out', () => {
    const { confusion, measures } = detectionEvaluator.evaluate(images, { ...facts, classIds: [0, 1] });
    expect(confusion.unfounded).toEqual([0, 0]);
    expect(measures[1]?.figures.precision).toBe(1 / 2);
  });

  it('draw the truth as predictions that are sure', () => {
    expect(detectionEvaluator.asPredictions([{ classId: 1, box: left }], facts)).toEqual([found(1, 1, left)]);
  });

  it('need boxes', () => {
    const [image] = images;
    if (image === undefined) throw new Error('no image');
    const error = careError(() =>
      detectionEvaluator.evaluate([{ ...image, truths: [{ classId: 0 }] }], facts),
    );
    expect([error.code, error.message]).toEqual(['INPUT_INVALID', 'object 1 of picture "a" has no box']);
  });
});

describe('masks', () => {
  const triangle = (x: number): Rle => rleFromPolygons([[x, 0, x + 40, 0, x, 40]], size);
  const square = (x: number): Rle => rleFromPolygons([[x, 0, x + 40, 0, x + 40, 40, x, 40]], size);
  const truths: LabelledObject[] = [
    { classId: 0, box: left, mask: triangle(0) },
    { classId: 1, box: middle, mask: square(60) },
  ];

  it('are measured by their pixels, boxes apart', () => {
    // The first fills its box, of which the object has half: the box is right, the mask is not.
    const predictions = [
      { ...found(0, 0.9, left), mask: square(0) },
      { ...found(1, 0.8, middle), mask: square(60) },
    ];
    const evaluation = segmentationEvaluator.evaluate([{ id: 1, ...size, truths, predictions }], facts);
    expect(evaluation.measures.map(({ name }) => name)).toEqual(['mask', 'box', 'found']);
    expect(figuresOf(evaluation, 'mask')).toMatchObject({ mAP75: 0.5 });
    expect(figuresOf(evaluation, 'box')).toMatchObject({ mAP75: 1, mAP50_95: 1 });
    expect(segmentationEvaluator.asPredictions(truths, facts)[0]).toEqual({
      ...found(0, 1, left),
      mask: triangle(0),
    });
  });
});

describe('poses', () => {
  const keypoints = [0, 1, 2].map((index) => ({ x: 10 * index, y: 20, visibility: 2 }));
  const pose = (confidence: number, shift: number) => ({
    ...found(0, confidence, left),
    keypoints: keypoints.map(({ x, y }, index) => ({ name: String(index), x: x + shift, y, confidence: 1 })),
  });
  const evaluate = (shift: number, sigmas: number[], truth: Partial<LabelledObject> = {}) =>
    poseEvaluator.evaluate(
      [
        {
          ...{ id: 1, ...size },
          truths: [{ classId: 0, box: left, keypoints, area: 400, ...truth }],
          predictions: [pose(0.9, shift)],
        },
      ],
      { ...facts, keypoints: { names: ['a', 'b', 'c'], skeleton: [], sigmas } },
    );

  it('are measured by OKS with the sigmas of the model, boxes apart', () => {
    // Off by 8 with scale 20: OKS = exp(-(8 / (20 x 2 sigma))^2 / 2), 0.61 with sigma 0.2 and 0.14 with 0.1.
    const near = evaluate(8, [0.2, 0.2, 0.2]);
    expect(figuresOf(near, 'keypoints')).toMatchObject({ mAP50: 1, mAP75: 0 });
    expect(figuresOf(near, 'found')).toMatchObject({ recall: 1 });
    const far = evaluate(8, [0.1, 0.1, 0.1]);
    expect(figuresOf(far, 'keypoints')).toMatchObject({ mAP50: 0 });
    expect(figuresOf(far, 'box')).toMatchObject({ mAP50_95: 1 });
    expect(far.images[0]?.note).toBe('0 found, 1 missed, 1 false');
  });

  it('without a labelled keypoint need not be found', () => {
    const unlabelled = keypoints.map((point) => ({ ...point, visibility: 0 }));
    const evaluation = evaluate(0, [0.1, 0.1, 0.1], { keypoints: unlabelled });
    expect([evaluation.truthCount, figuresOf(evaluation, 'found')]).toEqual([
      0,
      { precision: null, recall: null, F1: null },
    ]);
  });
});

describe('classes', () => {
  const image = (id: string, classId: number, ...confidences: number[]) => ({
    ...{ id, ...size },
    truths: [{ classId }],
    predictions: confidences.map((confidence, index) => ({
      ...{ class: facts.classNames[index] ?? '', classId: index, confidence },
    })),
  });
  const images = [
    image('right', 0, 0.9, 0.1),
    image('unsure', 1, 0.6, 0.4),
    image('sure', 2, 0.98, 0.01, 0.005),
  ];
  const evaluation = classificationEvaluator.evaluate(images, facts);

  it('have top-1, top-5 and a confusion matrix', () => {
    expect(figuresOf(evaluation, 'class')).toEqual({ top1: 1 / 3, top5: 1 });
    expect(evaluation.confusion.rows).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  it('rank what is wrong and sure of it last', () => {
    const worst = evaluation.images.toSorted((a, b) => a.score - b.score);
    expect(worst.map(({ id, note }) => [id, note])).toEqual([
      ['sure', 'cat 98 %, is bird'],
      ['unsure', 'cat 60 %, is dog'],
      ['right', 'right, 90 %'],
    ]);
  });
});
