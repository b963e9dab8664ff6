import { median } from '../statistics/order-statistics.js';

/**
 * How costly each candidate is, from turns of the same rounds: the median over the rounds of its turn over the middle of all turns of that
 * round. What slows a whole round, be it another process or a hot machine, is the same for all in it and cancels out.
 * @param turns by candidate, by round; NaN where it had none
 * @returns by candidate; NaN without a common round
 */
export function relativeCosts(turns: readonly (readonly number[])[]): number[] {
  const rounds = Math.max(0, ...turns.map(({ length }) => length));
  // Only rounds in which all of them had a turn: the middle of a round of others would be another measure.
  const common = Array.from({ length: rounds }, (_, round) => round).filter((round) =>
    turns.every((own) => Number.isFinite(own[round])),
  );
  const middles = new Map(common.map((round) => [round, median(turns.map((own) => own[round] ?? NaN))]));
  return turns.map((own) => median(common.map((round) => (own[round] ?? NaN) / (middles.get(round) ?? NaN))));
}
