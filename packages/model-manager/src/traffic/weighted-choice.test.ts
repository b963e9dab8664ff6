import { describe, expect, it } from 'vitest';
import { chooseAtRandom, chooseByKey } from './weighted-choice.js';

const arms = (...weights: [string, number][]): { id: string; weight: number }[] =>
  weights.map(([id, weight]) => ({ id, weight }));
const keys = Array.from({ length: 10_000 }, (_, index) => `camera-${index}`);

/** Bounds of Binomial(10000, 0.1) that hold with 99.9 %: scipy.stats.binom.interval(0.999, 10000, 0.1) = (903, 1100). */
const TENTH = [903, 1100] as const;

describe('chooseByKey', () => {
  const moved = (before: ReturnType<typeof arms>, after: ReturnType<typeof arms>): number =>
    keys.filter((key) => chooseByKey(before, key)?.id !== chooseByKey(after, key)?.id).length / keys.length;

  it('splits keys by weight', () => {
    const second = keys.filter((key) => chooseByKey(arms(['1.2.0', 90], ['1.3.0', 10]), key)?.id === '1.3.0');
    expect(second.length).toBeGreaterThanOrEqual(TENTH[0]);
    expect(second.length).toBeLessThanOrEqual(TENTH[1]);
  });

  it('gives a key the same arm, in whatever order they stand', () => {
    for (const key of keys.slice(0, 200)) {
      const chosen = chooseByKey(arms(['a', 3], ['b', 2], ['c', 1]), key)?.id;
      expect(chooseByKey(arms(['c', 1], ['a', 3], ['b', 2]), key)?.id).toBe(chosen);
    }
  });

  it('moves only what a change of weights must move', () => {
    const share = moved(arms(['1.2.0', 90], ['1.3.0', 10]), arms(['1.2.0', 80], ['1.3.0', 20]));
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThanOrEqual(0.11);
    expect(moved(arms(['a', 50], ['b', 50]), arms(['a', 1], ['b', 1]))).toBe(0);
    // A third arm with a tenth takes a tenth and nothing moves between the others.
    const before = arms(['a', 45], ['b', 45]);
    const after = arms(['a', 45], ['b', 45], ['c', 10]);
    for (const key of keys.slice(0, 2000)) {
      const now = chooseByKey(after, key)?.id;
      if (now !== 'c') expect(now).toBe(chooseByKey(before, key)?.id);
    }
  });

  it('never gives an arm without weight, and none when there is none', () => {
    for (const key of keys.slice(0, 500)) {
      expect(chooseByKey(arms(['a', 0], ['b', 1]), key)?.id).toBe('b');
    }
    expect(chooseByKey(arms(), 'x')).toBeUndefined();
    expect(chooseByKey(arms(['a', 0]), 'x')).toBeUndefined();
  });
});

describe('chooseAtRandom', () => {
  it('splits requests by weight', () => {
    let state = 1;
    // Park & Miller's minimal standard generator, so that the test is the same each time.
    const random = (): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const chosen = keys.filter(() => chooseAtRandom(arms(['a', 90], ['b', 10]), random())?.id === 'b');
    expect(chosen.length).toBeGreaterThanOrEqual(TENTH[0]);
    expect(chosen.length).toBeLessThanOrEqual(TENTH[1]);
  });

  it.each([
    [0, 'a'],
    [0.899_999, 'a'],
    [0.9, 'b'],
    [0.999_999, 'b'],
  ])('%f falls to %s', (random, id) => {
    expect(chooseAtRandom(arms(['a', 9], ['z', 0], ['b', 1]), random)?.id).toBe(id);
  });
});
