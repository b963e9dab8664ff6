import type { Confusion } from '@care/vision';

export interface ConfusedPair {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** What was taken for another class most often; equal counts in the order of the classes. */
export function topConfusions({ classes, rows }: Confusion, limit: number): ConfusedPair[] {
  const name = (place: number): string => classes[place]?.class ?? String(place);
  return rows
    .flatMap((row, truth) =>
      row.map((count, predicted) => ({ truth, predicted, count: truth === predicted ? 0 : count })),
    )
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, limit)
    .map(({ truth, predicted, count }) => ({ truth: name(truth), predicted: name(predicted), count }));
}
