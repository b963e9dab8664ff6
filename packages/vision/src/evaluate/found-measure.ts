import type { ClassMeasure, ImageScore, Measure } from '../tasks/task-evaluation.js';
import type { Figure, ImageId } from './evaluation-input.js';
import type { Outcome } from './object-outcomes.js';

interface Tally {
  found: number;
  missed: number;
  wrong: number;
}

/** Precision, recall and F1 at one confidence, over all objects and for each class. */
export function foundMeasure(
  outcomes: readonly Outcome[],
  classNames: readonly string[],
  title: string,
): Measure {
  const byClass = new Map<number, Tally>();
  const tallyOf = (classId: number): Tally => {
    const tally = byClass.get(classId) ?? { found: 0, missed: 0, wrong: 0 };
    byClass.set(classId, tally);
    return tally;
  };
  for (const { truth, predicted } of outcomes) {
    if (truth !== undefined && truth === predicted) {
      tallyOf(truth).found++;
      continue;
    }
    if (truth !== undefined) tallyOf(truth).missed++;
    if (predicted !== undefined) tallyOf(predicted).wrong++;
  }
  const rows = [...byClass]
    .toSorted(([a], [b]) => a - b)
    .map(([classId, tally]): ClassMeasure => ({
      class: classNames[classId] ?? String(classId),
      classId,
      truthCount: tally.found + tally.missed,
      predictionCount: tally.found + tally.wrong,
      figures: figuresOf(tally),
    }));
  return { name: 'found', title, figures: figuresOf(tally(outcomes)), perClass: rows };
}

/** F1 of one picture, 1 when there is nothing to find and nothing is said. */
export function imageScore(id: ImageId, outcomes: readonly Outcome[]): ImageScore {
  const { found, missed, wrong } = tally(outcomes);
  const mistakes = missed + wrong;
  return {
    id,
    score: mistakes === 0 ? 1 : (2 * found) / (2 * found + mistakes),
    mistakes,
    note: `${found} found, ${missed} missed, ${wrong} false`,
  };
}

function tally(outcomes: readonly Outcome[]): Tally {
  const sum = { found: 0, missed: 0, wrong: 0 };
  for (const { truth, predicted } of outcomes) {
    const right = truth !== undefined && truth === predicted;
    sum.found += Number(right);
    sum.missed += Number(truth !== undefined && !right);
    sum.wrong += Number(predicted !== undefined && !right);
  }
  return sum;
}

function figuresOf({ found, missed, wrong }: Tally): Record<'precision' | 'recall' | 'F1', Figure> {
  const share = (of: number): Figure => (of === 0 ? null : found / of);
  return {
    precision: share(found + wrong),
    recall: share(found + missed),
    F1: share(found + (missed + wrong) / 2),
  };
}
