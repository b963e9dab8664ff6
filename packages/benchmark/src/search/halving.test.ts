import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/random.js';
import { replayHalving, type RecordedGrid } from './recorded-grid.js';
import { relativeCosts } from './round-ranking.js';
import { successiveHalving } from './successive-halving.js';

const ROUNDS = 48;

/** Log-normal noise of each turn, a machine whose speed wanders, and now and then a turn that takes three times as long. */
function syntheticGrid(name: string, costs: readonly number[], seed: number, noise: number): RecordedGrid {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let speed = 1;
  const machine = Array.from({ length: ROUNDS }, () => (speed *= Math.exp(0.05 * normal())));
  return {
    name,
    candidates: costs.map((cost, index) => {
      const turns = machine.map(
        (slow) => cost * slow * Math.exp(noise * normal()) * (random() < 0.03 ? 3 : 1),
      );
      return { name: `candidate ${index}`, costs: turns, turnMs: turns };
    }),
  };
}

const spread = (count: number, step: number) =>
  Array.from({ length: count }, (_, index) => 10 * step ** index);

const GRIDS = [
  ...[1, 2, 3, 4, 5].map((seed) => syntheticGrid(`far apart ${seed}`, spread(8, 1.3), seed, 0.05)),
  ...[6, 7, 8, 9, 10].map((seed) => syntheticGrid(`close ${seed}`, spread(16, 1.04), seed, 0.05)),
  ...[11, 12, 13, 14, 15].map((seed) => syntheticGrid(`noisy ${seed}`, spread(24, 1.15), seed, 0.15)),
];

describe('successive halving', () => {
  it.each(GRIDS)('of grid $name is near the best in a quarter of the time', async (grid) => {
    const turned = { ...grid, candidates: grid.candidates.toReversed() };
    for (const order of [grid, turned]) {
      const { regret, timeShare } = await replayHalving(order);
      expect(regret).toBeLessThanOrEqual(0.05);
      expect(timeShare).toBeLessThanOrEqual(0.25);
    }
  });

  it('gives every candidate a turn, the better ones more, and none more than all would get', async () => {
    const costs = new Map(spread(10, 1.2).map((cost, index) => [index, cost]));
    const order: (readonly number[])[] = [];
    const { finalists, eliminated, turns } = await successiveHalving(
      [...costs.keys()],
      {
        measure: (chosen) => {
          order.push(chosen);
          return Promise.resolve();
        },
        turnMs: (index) => costs.get(index) ?? NaN,
        rank: (chosen) => chosen.toSorted((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0)),
      },
      { fullTurns: 40, finalists: 2 },
    );
    expect(finalists).toEqual([0, 1]);
    expect(eliminated).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order.map(({ length }) => length)).toEqual([10, 5, 3, 2]);
    const had = [...costs.keys()].map((index) => turns.get(index) ?? 0);
    expect(had).toEqual(had.toSorted((a, b) => b - a));
    expect(Math.min(...had)).toBeGreaterThan(0);
    expect(Math.max(...had)).toBeLessThanOrEqual(40);
  });

  it('keeps within its time whatever the candidates take', async () => {
    const grids = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 4, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(grids, async (costs) => {
        const turns = costs.map((cost) => Array.from({ length: 60 }, () => cost));
        const candidates = costs.map((_, index) => ({
          name: String(index),
          costs: turns[index] ?? [],
          turnMs: turns[index] ?? [],
        }));
        const { regret, timeShare } = await replayHalving({ name: 'any', candidates });
        expect(regret).toBe(0);
        expect(timeShare).toBeLessThanOrEqual(0.2501);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses options that make no sense', async () => {
    const arena = {
      measure: () => Promise.resolve(),
      turnMs: () => 1,
      rank: (chosen: readonly number[]) => chosen,
    };
    for (const wrong of [
      { fullTurns: 0 },
      { fullTurns: 9, keepOneIn: 1 },
      { fullTurns: 9, timeShare: 0 },
      { fullTurns: 9, finalists: 0 },
    ]) {
      await expect(successiveHalving([1, 2], arena, wrong)).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
      });
    }
  });
});

it('relative costs are free of what slows a whole round', () => {
  const slow = [1, 5, 1, 2];
  const costs = relativeCosts([
    slow.map((by) => by * 10),
    slow.map((by) => by * 20),
    slow.map((by) => by * 40),
  ]);
  expect(costs).toEqual([0.5, 1, 2]);
  expect(
    relativeCosts([
      [10, NaN],
      [NaN, 20],
    ]),
  ).toEqual([NaN, NaN]);
});
