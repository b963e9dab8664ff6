import type { CandidateFigures } from './candidate-figures.js';

/**
 * Candidates than which no other is as fast and as accurate and better in one of both, by their bounds; the fastest first. What lacks one
 * of the figures is not on the front; when no candidate has an accuracy, memory takes its place.
 */
export function paretoFront(candidates: readonly CandidateFigures[]): CandidateFigures[] {
  const byAccuracy = candidates.some(({ accuracy }) => accuracy !== undefined);
  const points = candidates.flatMap((candidate) => {
    const cost = byAccuracy ? negated(candidate.accuracy?.low) : candidate.memoryMb;
    const latency = candidate.latency?.upper;
    return latency === undefined || cost === undefined ? [] : [{ candidate, latency, cost }];
  });
  const front = points.filter(
    (point) =>
      !points.some(
        (other) =>
          other.latency <= point.latency &&
          other.cost <= point.cost &&
          (other.latency < point.latency || other.cost < point.cost),
      ),
  );
  return front
    .toSorted(
      (a, b) => a.latency - b.latency || a.cost - b.cost || (a.candidate.key < b.candidate.key ? -1 : 1),
    )
    .map(({ candidate }) => candidate);
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}
