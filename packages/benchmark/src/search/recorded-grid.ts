import { median } from '../statistics/order-statistics.js';
import { relativeCosts } from './round-ranking.js';
import { successiveHalving, type HalvingOptions } from './successive-halving.js';

/** A grid that was measured to the end, round by round. */
export interface RecordedGrid {
  readonly name: string;
  readonly candidates: readonly {
    readonly name: string;
    /** By round: what is to be small, e.g. milliseconds of an image. */
    readonly costs: readonly number[];
    /** By round: milliseconds that the turn took. */
    readonly turnMs: readonly number[];
  }[];
}

export interface ReplayOutcome {
  readonly chosen: string;
  readonly best: string;
  /** By which share the chosen one is costlier than the best, by the medians over all rounds of what each costs relative to its round. */
  readonly regret: number;
  /** Of the measuring time of the whole grid. */
  readonly timeShare: number;
}

/** What successive halving would have chosen and spent on a recorded grid. */
export async function replayHalving(
  { candidates }: RecordedGrid,
  options: Omit<HalvingOptions, 'fullTurns'> = {},
): Promise<ReplayOutcome> {
  const fullTurns = Math.min(...candidates.map(({ costs }) => costs.length));
  const had = candidates.map(() => 0);
  const places = candidates.map((_, place) => place);
  const at = (place: number) => candidates[place] ?? { name: '', costs: [], turnMs: [] };
  let spent = 0;
  const { finalists } = await successiveHalving(
    places,
    {
      measure: (chosen, turns) => {
        for (const place of chosen) {
          const from = had[place] ?? 0;
          spent += sum(at(place).turnMs.slice(from, from + turns));
          had[place] = from + turns;
        }
        return Promise.resolve();
      },
      turnMs: (place) => median(at(place).turnMs.slice(0, had[place])),
      rank: (chosen) => {
        const costs = relativeCosts(chosen.map((place) => at(place).costs.slice(0, had[place])));
        return chosen
          .map((place, index) => ({ place, cost: costs[index] ?? Infinity }))
          .toSorted((a, b) => a.cost - b.cost)
          .map(({ place }) => place);
      },
    },
    { ...options, fullTurns },
  );
  const truth = relativeCosts(candidates.map(({ costs }) => costs.slice(0, fullTurns)));
  const best = truth.indexOf(Math.min(...truth));
  const chosen = finalists[0] ?? 0;
  return {
    chosen: at(chosen).name,
    best: at(best).name,
    regret: (truth[chosen] ?? NaN) / (truth[best] ?? NaN) - 1,
    timeShare: spent / sum(candidates.flatMap(({ turnMs }) => turnMs.slice(0, fullTurns))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
