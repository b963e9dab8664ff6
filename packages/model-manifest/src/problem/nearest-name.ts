/** Longer names are not compared: nobody misspells them, and the cost grows with the square. */
const MAX_LENGTH = 64;

/** Levenshtein distance: the least number of single-character insertions, deletions and substitutions. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substituted));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The known name that `name` was probably meant to be: nearest by edit distance, case and `_`/`-`/blank ignored,
 * at most a third of the name away (at least 2 edits). Undefined when none is that near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const wanted = plain(name);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (candidate.length > MAX_LENGTH) continue;
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance && distance < plain(candidate).length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Up to `count` names near to `name`, the nearest first; names that contain it count as near. */
export function nearNames(name: string, known: Iterable<string>, count = 3): string[] {
  const wanted = plain(name);
  if (wanted.length > MAX_LENGTH) return [];
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return [...known]
    .filter((candidate) => candidate.length <= MAX_LENGTH)
    .map((candidate) => {
      const other = plain(candidate);
      const contained = wanted.length > 2 && (other.includes(wanted) || wanted.includes(other));
      return { candidate, distance: contained ? 0.5 : editDistance(wanted, other) };
    })
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');
