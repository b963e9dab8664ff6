import { INDEX_OF_75 } from './coco-parameters.js';
import type { EvaluatedClass } from './evaluate-classes.js';
import type { Figure } from './evaluation-input.js';

/** Figures of one class over all sizes, at the most detections an image that are counted. */
export interface ClassEvaluation {
  readonly classId: number;
  /** Objects that were to be found: neither crowd nor ignored. */
  readonly truthCount: number;
  readonly detectionCount: number;
  readonly AP50_95: Figure;
  readonly AP50: Figure;
  readonly AP75: Figure;
  readonly AR50_95: Figure;
}

export function classEvaluation({
  classId,
  truthCount,
  detectionCount,
  byArea: [all],
}: EvaluatedClass): ClassEvaluation {
  return {
    classId,
    truthCount,
    detectionCount,
    AP50_95: mean(all?.precision ?? []),
    AP50: all?.precision[0] ?? null,
    AP75: all?.precision[INDEX_OF_75] ?? null,
    AR50_95: mean(all?.recall ?? []),
  };
}

/**
 * Mean over the classes that have ground truth in an area range.
 * @param at index of one threshold; over all of them when absent
 */
export function meanOverClasses(
  classes: readonly EvaluatedClass[],
  figure: 'precision' | 'recall',
  area = 0,
  at?: number,
): Figure {
  const values = classes.flatMap(({ byArea }) => {
    const figures = byArea[area]?.[figure];
    if (figures === undefined) return [];
    return at === undefined ? figures : figures.slice(at, at + 1);
  });
  return mean(values);
}

export function mean(values: readonly number[]): Figure {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
