import type { Confusion } from '../tasks/task-evaluation.js';
import type { Outcome } from './object-outcomes.js';

/** Counts what was taken for what. */
export function confusionOf(outcomes: readonly Outcome[], classNames: readonly string[]): Confusion {
  const seen = outcomes.flatMap(({ truth = -1, predicted = -1 }) => [truth, predicted]);
  const classIds = [...new Set(seen)].filter((id) => id >= 0).toSorted((a, b) => a - b);
  const places = new Map(classIds.map((classId, place) => [classId, place]));
  const rows = classIds.map(() => classIds.map(() => 0));
  const missed = classIds.map(() => 0);
  const unfounded = classIds.map(() => 0);
  for (const { truth, predicted } of outcomes) {
    const row = truth === undefined ? undefined : places.get(truth);
    const column = predicted === undefined ? undefined : places.get(predicted);
    const counts = row === undefined ? unfounded : column === undefined ? missed : (rows[row] ?? []);
    const at = column ?? row ?? 0;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return {
    classes: classIds.map((classId) => ({ class: classNames[classId] ?? String(classId), classId })),
    rows,
    missed,
    unfounded,
  };
}
