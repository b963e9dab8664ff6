import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName, nearNames } from './nearest-name.js';

describe('editDistance', () => {
  it.each([
    // Levenshtein's examples as in Wagner & Fischer 1974 and every textbook since.
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
  ])('%s -> %s', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is a metric', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('nearestName', () => {
  const known = ['model_id', 'model_path', 'class_names', 'preprocessing', 'postprocessing', 'sha256'];

  it.each([
    ['class_name', 'class_names'],
    ['classNames', 'class_names'],
    ['preproccessing', 'preprocessing'],
    ['model_pth', 'model_path'],
    ['description', undefined],
    ['x', undefined],
  ])('%s -> %s', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it('finds the start of a name when several are asked for', () => {
    expect(nearNames('yolov8', ['yolov8n-320', 'yolov8s-640', 'fall-detector'])).toEqual([
      'yolov8n-320',
      'yolov8s-640',
    ]);
  });
});
