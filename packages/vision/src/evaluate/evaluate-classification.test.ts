import { isCareError } from '@care/registry-core';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateClassification, type ClassifiedImage } from './evaluate-classification.js';

/** Made by tools/fixtures/evaluate_classification.py. */
interface Reference {
  readonly name: string;
  readonly right: readonly number[];
  readonly scores: readonly (readonly number[])[];
  readonly top1: number;
  readonly top5: number;
  readonly confusion: readonly (readonly number[])[];
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

const references = JSON.parse(
  readFileSync(new URL('./fixtures/classification.json', import.meta.url), 'utf8'),
) as Reference[];

describe('agrees with scikit-learn 1.9.1', () => {
  it.each(references)('$name', ({ right, scores, top1, top5, confusion, precision, recall }) => {
    const images = scores.map((row, imageId) => ({
      imageId,
      classId: right[imageId] ?? -1,
      predictions: row.map((score, classId) => ({ classId, score })),
    }));
    const evaluation = evaluateClassification({ images, classIds: confusion.map((_, classId) => classId) });
    expect(evaluation.top1).toBeCloseTo(top1, 12);
    expect(evaluation.top5).toBeCloseTo(top5, 12);
    expect(evaluation.confusion.rows).toEqual(confusion);
    evaluation.perClass.forEach((accuracy, classId) => {
      expect(accuracy.precision ?? -1).toBeCloseTo(precision[classId] ?? NaN, 12);
      expect(accuracy.recall ?? -1).toBeCloseTo(recall[classId] ?? NaN, 12);
    });
  });
});

describe('classification', () => {
  const image = (classId: number, ...predicted: number[]): ClassifiedImage => ({
    ...{ imageId: classId, classId },
    predictions: predicted.map((id) => ({ classId: id, score: 0.5 })),
  });

  it('keeps the given order of equal scores', () => {
    expect(evaluateClassification({ images: [image(3, 3, 4), image(3, 4, 3)] }).top1).toBe(0.5);
  });

  it('counts images without a predicted class as missed', () => {
    const { top1, confusion, perClass } = evaluateClassification({ images: [image(9), image(9, 9)] });
    expect(top1).toBe(0.5);
    expect(confusion).toEqual({ classIds: [9], rows: [[1]], unpredicted: [1] });
    expect(perClass[0]?.recall).toBe(0.5);
  });

  it('of no images has no figures', () => {
    const { top1, top5, perClass } = evaluateClassification({ images: [], classIds: [0] });
    expect([top1, top5, perClass[0]?.recall, perClass[0]?.precision]).toEqual([null, null, null, null]);
  });

  it.each([
    ['images[0].predictions names a class twice', [image(1, 2, 2)]],
    [
      'images[1].predictions[0].score is NaN',
      [image(1, 1), { ...image(2), predictions: [{ classId: 2, score: NaN }] }],
    ],
  ])('refuses: %s', (message, images) => {
    const act = (): unknown => evaluateClassification({ images });
    expect(act).toThrow(expect.toSatisfy((error) => isCareError(error, 'INPUT_INVALID')));
    expect(act).toThrow(message);
  });
});
