import { CareError, type JsonObject } from '@care/registry-core';
import type { Estimate } from '@care/model-manager';
import type { Profile } from '../profile/profile.js';
import { accuracyBasis, type AccuracyBasis } from './accuracy-basis.js';
import { candidateFigures, type CandidateFigures } from './candidate-figures.js';
import { candidateName } from './candidate-name.js';
import { violations, type Violation } from './check-constraints.js';
import { checkConstraints, type Constraints } from './constraints.js';
import { weightsOf, type Objective, type Weights } from './objective.js';
import { paretoFront } from './pareto.js';
import { advantage, score } from './score.js';
import { formatViolation } from './violation-text.js';

export interface SelectionRequest {
  readonly constraints?: Constraints;
  /** Default `balanced`. */
  readonly objective?: Objective;
  /** Name of the accuracy that counts: mAP50_95 (as it is by default), mAP50, top1, ... */
  readonly metric?: string;
  /** Key of the profile of what runs now: it stays unless another is better beyond doubt. */
  readonly incumbent?: string;
}

/** A candidate that would do as well. */
export interface RunnerUp extends CandidateFigures {
  readonly score: number;
  /**
   * How much the score of the chosen one is above its own, in logarithms: 0.05 is 5 % better. With 0 inside the bounds no difference can
   * be shown.
   */
  readonly behind: Estimate;
}

export interface RejectedCandidate extends CandidateFigures {
  /** The worst first; at least one. */
  readonly violations: readonly Violation[];
}

export interface Selection {
  readonly chosen: CandidateFigures & { readonly score: number };
  /** It is not the best by its figures, but what runs now, and nothing is better beyond doubt. */
  readonly keptIncumbent: boolean;
  /** The best first. */
  readonly runnersUp: readonly RunnerUp[];
  /** The nearest to being taken first. */
  readonly rejected: readonly RejectedCandidate[];
  /** Of all candidates, whether they keep the constraints or not; the fastest first. */
  readonly front: readonly CandidateFigures[];
  readonly basis: AccuracyBasis | undefined;
}

/**
 * Chooses among what was measured. A pure function: no clock, no machine, and the order of the profiles is of no account. Models of one task
 * may be mixed as long as their accuracy was measured on the same data.
 * @throws CareError OPTIONS_INVALID; NOT_MEASURED (no profile at all); CONSTRAINTS_UNMET, with the nearest candidate and the constraint that
 * binds it in message and `details`
 */
export function select(profiles: readonly Profile[], request: SelectionRequest = {}): Selection {
  const { constraints = {}, objective = 'balanced', metric, incumbent } = request;
  checkConstraints(constraints);
  const weights = weightsOf(objective);
  if (profiles.length === 0) throw new CareError('NOT_MEASURED', 'there is no profile to choose from');
  const basis = accuracyBasis(profiles, metric);
  checkAccuracyKnown(weights, constraints, basis, metric);
  const candidates = profiles.map((profile) => candidateFigures(profile, constraints, basis));
  const rejected: RejectedCandidate[] = [];
  const fitting: (CandidateFigures & { score: number })[] = [];
  for (const candidate of candidates) {
    const broken = violations(candidate, constraints);
    if (broken.length === 0) fitting.push({ ...candidate, score: score(candidate, weights) });
    else rejected.push({ ...candidate, violations: broken });
  }
  rejected.sort((a, b) => nearness(a) - nearness(b) || compareFigures(a, b));
  fitting.sort((a, b) => compareNumbers(b.score, a.score) || compareFigures(a, b));
  const [best] = fitting;
  if (best === undefined) throw nothingFits(rejected);
  const current = fitting.find(({ key }) => key === incumbent);
  const stays = current !== undefined && current !== best && !(advantage(best, current, weights).low > 0);
  const chosen = stays ? current : best;
  return {
    chosen,
    keptIncumbent: stays,
    runnersUp: fitting
      .filter((candidate) => candidate !== chosen)
      .map((candidate) => ({ ...candidate, behind: advantage(chosen, candidate, weights) })),
    rejected,
    front: paretoFront(candidates),
    basis,
  };
}

/** The same order whatever the order of the profiles. */
function compareFigures(a: CandidateFigures, b: CandidateFigures): number {
  return (
    compareNumbers(a.latency?.upper ?? Infinity, b.latency?.upper ?? Infinity) ||
    compareNumbers(b.accuracy?.low ?? -1, a.accuracy?.low ?? -1) ||
    compareNumbers(a.memoryMb ?? Infinity, b.memoryMb ?? Infinity) ||
    a.sizeMb - b.sizeMb ||
    (a.key < b.key ? -1 : 1)
  );
}

/** Infinities are equal to themselves. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** By its worst violation; what was not measured, or runs on other hardware, is the farthest. */
function nearness({ violations: [worst] }: RejectedCandidate): number {
  return Math.min(worst?.excess ?? 0, Number.MAX_VALUE);
}

function checkAccuracyKnown(
  weights: Weights,
  { minAccuracy }: Constraints,
  basis: AccuracyBasis | undefined,
  metric: string | undefined,
): void {
  if (basis !== undefined || ((weights.accuracy ?? 0) === 0 && minAccuracy === undefined)) return;
  throw new CareError(
    'NOT_MEASURED',
    `no candidate has ${metric === undefined ? 'an accuracy' : `the accuracy ${metric}`}, which the selection is to look at`,
    {
      remedy:
        'Measure with labelled pictures (`care bench --data DIR`), or choose an objective and constraints without accuracy.',
    },
  );
}

function nothingFits(rejected: readonly RejectedCandidate[]): CareError {
  const [nearest] = rejected;
  const [binding] = nearest?.violations ?? [];
  if (nearest === undefined || binding === undefined)
    throw new CareError('NOT_MEASURED', 'there is no profile');
  const name = candidateName(nearest.profile);
  return new CareError(
    'CONSTRAINTS_UNMET',
    `none of ${rejected.length} candidates keeps the constraints; nearest is ${name}: ${formatViolation(binding)}`,
    {
      details: {
        nearest: { key: nearest.key, name },
        binding: plain(binding),
        rejected: rejected.map(({ key, profile, violations: broken }) => ({
          key,
          name: candidateName(profile),
          violations: broken.map(plain),
        })),
      },
    },
  );
}

/** JSON has no infinity. */
function plain({ constraint, wanted, found, excess }: Violation): JsonObject {
  return {
    constraint,
    wanted: typeof wanted === 'number' ? wanted : [...wanted],
    found,
    excess: Number.isFinite(excess) ? excess : null,
  };
}
