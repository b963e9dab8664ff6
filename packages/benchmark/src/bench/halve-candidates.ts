import type { OpenedCandidate } from '../candidates/opened-candidate.js';
import type { Recording } from '../measure/recording.js';
import { measureRounds, type RoundsOptions } from '../measure/rounds.js';
import type { AccuracyFigure } from '../profile/profile.js';
import { relativeCosts } from '../search/round-ranking.js';
import { successiveHalving } from '../search/successive-halving.js';
import type { Constraints } from '../selection/constraints.js';
import { weightsOf, type Objective } from '../selection/objective.js';
import { runsNeeded } from '../statistics/early-stopping.js';

/** What a seat in the search tells while it is measured. */
export interface SearchedCandidate {
  readonly candidate: OpenedCandidate;
  readonly recording: Recording;
  readonly accuracy: readonly AccuracyFigure[];
}

export interface SearchGoal {
  readonly objective: Objective;
  readonly constraints?: Constraints;
}

/** Candidates that are measured to the end: two, so that there is a runner-up with bounds. */
const FINALISTS = 2;

/**
 * Gives up what is behind, by successive halving; those that are left go on. The figures are points here, not bounds: bounds are for
 * what is chosen in the end.
 * @returns number of the next round
 */
export async function halveCandidates(
  seats: readonly SearchedCandidate[],
  { objective, constraints = {} }: SearchGoal,
  rounds: RoundsOptions,
  budgetMs: number,
): Promise<number> {
  const { rule, signal } = rounds;
  let round = 0;
  const { eliminated } = await successiveHalving(
    seats,
    {
      measure: async (chosen, turns) => {
        const contestants = new Map(chosen.map(({ candidate, recording }) => [candidate, recording]));
        round = await measureRounds(contestants, { ...rounds, rounds: turns, endSettled: false }, round);
      },
      turnMs: ({ recording }) => recording.usualTurnMs,
      rank: (chosen) => ranked(chosen, objective, constraints),
    },
    {
      fullTurns: fullTurns(seats, rule.percentiles, budgetMs),
      finalists: Math.min(FINALISTS, seats.length),
      ...(signal === undefined ? {} : { signal }),
    },
  );
  for (const { recording } of eliminated) recording.stop ??= 'eliminated';
  return round;
}

/** As many as the percentile needs when each turn is one call for each replica, and no more than the time allows. */
function fullTurns(
  seats: readonly SearchedCandidate[],
  percentiles: readonly number[],
  budgetMs: number,
): number {
  const needed = Math.max(30, ...percentiles.map((percentile) => runsNeeded(percentile)));
  const TURN_MS = 60;
  return Math.max(4, Math.min(needed, Math.floor(budgetMs / (seats.length * TURN_MS))));
}

function ranked(
  chosen: readonly SearchedCandidate[],
  objective: Objective,
  constraints: Constraints,
): SearchedCandidate[] {
  const weights = weightsOf(objective);
  const costs = relativeCosts(chosen.map(({ recording }) => recording.turns.map((turn) => turn ?? NaN)));
  const metric = chosen.find(({ accuracy }) => accuracy.length > 0)?.accuracy[0]?.metric;
  const judged = chosen.map((seat, index) => {
    const { candidate, recording, accuracy } = seat;
    const latency = recording.usualMs;
    const cost = costs[index] ?? NaN;
    const throughput = (candidate.inFlight * candidate.batch) / (Number.isNaN(cost) ? latency : cost);
    const value = accuracy.find((figure) => figure.metric === metric)?.value;
    const { maxLatencyMs = Infinity, minAccuracy = 0, maxLoadMs = Infinity } = constraints;
    const excess = Math.max(
      latency / maxLatencyMs - 1,
      minAccuracy === 0 ? 0 : minAccuracy / (value ?? 0) - 1,
      candidate.loadMs / maxLoadMs - 1,
      0,
    );
    const score =
      (weights.throughput ?? 0) * Math.log(throughput) -
      (weights.latency ?? 0) * Math.log(Number.isNaN(cost) ? latency : cost) +
      (weights.accuracy ?? 0) * Math.log(value ?? Number.MIN_VALUE) -
      (weights.load ?? 0) * Math.log(candidate.loadMs);
    return { seat, excess, score };
  });
  return judged.toSorted((a, b) => a.excess - b.excess || b.score - a.score).map(({ seat }) => seat);
}
