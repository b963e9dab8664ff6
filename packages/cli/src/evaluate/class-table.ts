import type { Measure, TaskEvaluation } from '@care/vision';
import { figureName } from './figure-text.js';

/** Figures of all measures side by side, one row a class. */
export interface ClassTable {
  readonly columns: readonly string[];
  readonly rows: readonly ClassTableRow[];
}

export interface ClassTableRow {
  readonly name: string;
  readonly classId: number;
  readonly truthCount: number;
  /** By place in `columns`. */
  readonly figures: readonly (number | null)[];
}

/** Joins the measures of a task; a column says which measure it is of when several have it. */
export function classTable({ measures }: TaskEvaluation): ClassTable {
  const keys = measures.flatMap((measure) => figuresOf(measure).map((key) => ({ measure, key })));
  const isShared = (key: string): boolean => keys.filter((other) => other.key === key).length > 1;
  const names = new Map(
    measures.flatMap(({ perClass }) => perClass.map((row) => [row.classId, row] as const)),
  );
  const rows = [...names.values()].toSorted((a, b) => a.classId - b.classId);
  return {
    columns: keys.map(({ measure, key }) =>
      isShared(key) ? `${measure.name} ${figureName(key)}` : figureName(key),
    ),
    rows: rows.map(({ class: name, classId, truthCount }) => ({
      ...{ name, classId, truthCount },
      figures: keys.map(
        ({ measure, key }) => measure.perClass.find((row) => row.classId === classId)?.figures[key] ?? null,
      ),
    })),
  };
}

function figuresOf({ perClass: [first] }: Measure): string[] {
  return Object.keys(first?.figures ?? {});
}
