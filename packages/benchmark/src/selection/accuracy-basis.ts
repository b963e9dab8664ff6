import type { AccuracyFigure, Profile } from '../profile/profile.js';

/** Which accuracy candidates are compared by: figures of one kind, metric and data. */
export interface AccuracyBasis {
  readonly kind: AccuracyFigure['kind'];
  readonly metric: string;
  readonly data: string;
}

/** What is measured on labels tells more than what a manifest says, and that more than likeness to another variant. */
const TRUST: readonly AccuracyFigure['kind'][] = ['measured', 'declared', 'agreement'];

/**
 * The most trusted basis; of several, the one that most candidates have, then the first that the profiles list, then by name. A candidate that
 * lacks it has no accuracy that could be compared.
 * @param metric only figures of this name
 */
export function accuracyBasis(profiles: readonly Profile[], metric?: string): AccuracyBasis | undefined {
  const found = new Map<string, { basis: AccuracyBasis; have: number; place: number }>();
  for (const { accuracy } of profiles) {
    for (const [place, { kind, metric: name, data }] of accuracy.entries()) {
      if (metric !== undefined && name !== metric) continue;
      const key = JSON.stringify([kind, name, data]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { basis: { kind, metric: name, data }, have: 1, place });
      else {
        known.have++;
        known.place = Math.min(known.place, place);
      }
    }
  }
  const [best] = [...found.entries()].toSorted(
    ([keyA, a], [keyB, b]) =>
      TRUST.indexOf(a.basis.kind) - TRUST.indexOf(b.basis.kind) ||
      b.have - a.have ||
      a.place - b.place ||
      (keyA < keyB ? -1 : 1),
  );
  return best?.[1].basis;
}

export function accuracyOn(profile: Profile, basis: AccuracyBasis | undefined): AccuracyFigure | undefined {
  return profile.accuracy.find(
    ({ kind, metric, data }) => kind === basis?.kind && metric === basis.metric && data === basis.data,
  );
}
