/**
 * Class ids of the `limit` best scores that reach `least`, best first; equal scores in the order of the classes. Insertion into a
 * short list: for a handful of a thousand classes that is one pass and no sort of all.
 */
export function bestClasses(scores: Float64Array, limit: number, least: number): number[] {
  const best: number[] = [];
  for (let classId = 0; classId < scores.length; classId++) {
    const score = scores[classId] ?? 0;
    if (!(score >= least)) continue;
    const full = best.length >= limit;
    if (full && !(score > scoreAt(scores, best, best.length - 1))) continue;
    if (full) best.pop();
    let place = best.length;
    while (place > 0 && scoreAt(scores, best, place - 1) < score) place--;
    best.splice(place, 0, classId);
  }
  return best;
}

function scoreAt(scores: Float64Array, best: readonly number[], place: number): number {
  return scores[best[place] ?? 0] ?? 0;
}
