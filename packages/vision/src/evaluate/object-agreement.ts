import type { DetectionPrediction } from '../tasks/task-prediction.js';

/** Objects are taken for the same one from here on. */
const SAME = 0.5;

/**
 * How much two answers to one picture are alike, 0..1: objects of one class are paired, the most similar first, and the similarities
 * of the pairs are summed over the mean number of objects. 1 for two empty answers. (The soft form of F1.)
 * @param similarity 0..1
 */
export function objectAgreement<Prediction extends DetectionPrediction>(
  a: readonly Prediction[],
  b: readonly Prediction[],
  similarity: (a: Prediction, b: Prediction) => number,
): number {
  if (a.length + b.length === 0) return 1;
  const pairs = a.flatMap((left) =>
    b.flatMap((right) => {
      if (left.classId !== right.classId) return [];
      const alike = similarity(left, right);
      return alike >= SAME ? [{ left, right, alike }] : [];
    }),
  );
  pairs.sort((x, y) => y.alike - x.alike);
  const taken = new Set<Prediction>();
  let sum = 0;
  for (const { left, right, alike } of pairs) {
    if (taken.has(left) || taken.has(right)) continue;
    taken.add(left).add(right);
    sum += alike;
  }
  return (2 * sum) / (a.length + b.length);
}
