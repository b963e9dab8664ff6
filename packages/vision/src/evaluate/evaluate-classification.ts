import { CareError } from '@care/registry-core';
import { checkFinite, type Figure, type ImageId } from './evaluation-input.js';

export interface ClassifiedImage {
  readonly imageId: ImageId;
  /** The right class. */
  readonly classId: number;
  /** What the model says, in any order; equal scores keep the order in which they are given. May be empty. */
  readonly predictions: readonly { readonly classId: number; readonly score: number }[];
}

export interface ClassificationToEvaluate {
  readonly images: readonly ClassifiedImage[];
  /** Rows and columns of the confusion matrix; those that are right or predicted somewhere are added. */
  readonly classIds?: readonly number[];
}

export interface ClassAccuracy {
  readonly classId: number;
  /** Images of this class. */
  readonly imageCount: number;
  /** Images for which this class came first. */
  readonly predictedCount: number;
  /** Share of the class's images that were recognised; null when it has none. */
  readonly recall: Figure;
  /** Share of right ones among those predicted; null when it was never predicted. */
  readonly precision: Figure;
}

export interface ConfusionMatrix {
  /** Ids of rows and columns, rising. */
  readonly classIds: readonly number[];
  /** `rows[right][predicted]`: images, by places in `classIds`. */
  readonly rows: readonly (readonly number[])[];
  /** Images of each class for which the model gave no class at all. */
  readonly unpredicted: readonly number[];
}

export interface ClassificationEvaluation {
  readonly imageCount: number;
  /** Share of images whose best class is the right one; null without images. */
  readonly top1: Figure;
  /** Share of images with the right class among the best five. */
  readonly top5: Figure;
  readonly perClass: readonly ClassAccuracy[];
  readonly confusion: ConfusionMatrix;
}

/** Accuracy of a classifier with one right class an image. @throws CareError INPUT_INVALID for scores that are not finite */
export function evaluateClassification(input: ClassificationToEvaluate): ClassificationEvaluation {
  const ranked = input.images.map((image, index) => ({
    classId: image.classId,
    best: bestClasses(image, `images[${index}]`),
  }));
  const confusion = confusionMatrix(ranked, input.classIds ?? []);
  const share = (count: number, of: number): Figure => (of === 0 ? null : count / of);
  const hits = (depth: number): number =>
    ranked.filter(({ classId, best }) => best.slice(0, depth).includes(classId)).length;
  const perClass = confusion.classIds.map((classId, place): ClassAccuracy => {
    const row = confusion.rows[place] ?? [];
    const right = row[place] ?? 0;
    const imageCount = sum(row) + (confusion.unpredicted[place] ?? 0);
    const predictedCount = sum(confusion.rows.map((other) => other[place] ?? 0));
    const [recall, precision] = [share(right, imageCount), share(right, predictedCount)];
    return { classId, imageCount, predictedCount, recall, precision };
  });
  const imageCount = ranked.length;
  return {
    imageCount,
    top1: share(hits(1), imageCount),
    top5: share(hits(5), imageCount),
    perClass,
    confusion,
  };
}

function bestClasses({ predictions }: ClassifiedImage, path: string): number[] {
  predictions.forEach(({ score }, index) => {
    checkFinite([score], `${path}.predictions[${index}].score`);
  });
  const best = predictions.toSorted((a, b) => b.score - a.score).map(({ classId }) => classId);
  if (new Set(best).size === best.length) return best.slice(0, 5);
  throw new CareError('INPUT_INVALID', `${path}.predictions names a class twice`, {
    remedy: 'Give each class once for each image.',
  });
}

interface RankedImage {
  readonly classId: number;
  readonly best: readonly number[];
}

function confusionMatrix(ranked: readonly RankedImage[], given: readonly number[]): ConfusionMatrix {
  const seen = ranked.flatMap(({ classId, best }) => [classId, ...best.slice(0, 1)]);
  const classIds = [...new Set([...given, ...seen])].toSorted((a, b) => a - b);
  const places = new Map(classIds.map((classId, place) => [classId, place]));
  const rows = classIds.map(() => classIds.map(() => 0));
  const unpredicted = classIds.map(() => 0);
  for (const { classId, best } of ranked) {
    const right = places.get(classId) ?? 0;
    const predicted = best[0] === undefined ? undefined : places.get(best[0]);
    const [counts, at] = predicted === undefined ? [unpredicted, right] : [rows[right] ?? [], predicted];
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { classIds, rows, unpredicted };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
