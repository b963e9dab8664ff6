import { describe, expect, it } from 'vitest';
import { holdsEqual, timeVerdict } from '../statistics/verdict.js';
import { pairedRatio } from '../statistics/ratio-interval.js';
import { seededRandom } from '../statistics/random.js';
import type { Contestant } from './contestant.js';
import { measureLevels } from './load-levels.js';
import { machineNoise, referenceWork } from './machine-noise.js';
import { Recording } from './recording.js';
import { measureRounds, type RoundsOptions } from './rounds.js';
import { warmUp } from './warm-up.js';

/** A clock that moves only as contestants take their time. */
class ScriptedMachine {
  time = 0;
  readonly order: string[] = [];
  readonly now = (): number => this.time;

  contestant(name: string, msOfCall: (call: number) => number, { inFlight = 1, batch = 1 } = {}): Contestant {
    let calls = 0;
    return {
      inFlight,
      batch,
      call: () => {
        const ms = msOfCall(calls++);
        this.time += ms / inFlight;
        this.order.push(name);
        return Promise.resolve({ endToEnd: ms, inference: ms * 0.8 });
      },
    };
  }
}

const rule = { precision: 0.03, percentiles: [95] };

function options(machine: ScriptedMachine, more: Partial<RoundsOptions> = {}): RoundsOptions {
  return { rule, deadline: Infinity, now: machine.now, ...more };
}

describe('measureRounds', () => {
  it('interleaves, and begins each round with the next contestant', async () => {
    const machine = new ScriptedMachine();
    const contestants = ['A', 'B', 'C'].map((name) => machine.contestant(name, () => 100));
    const recordings = new Map(contestants.map((contestant) => [contestant, new Recording()]));
    expect(await measureRounds(recordings, options(machine, { rounds: 4 }))).toBe(4);
    expect(machine.order.join('')).toBe('ABC BCA CAB ABC'.replaceAll(' ', ''));
    expect(await measureRounds(recordings, options(machine, { rounds: 1 }), 4)).toBe(5);
    expect(machine.order.slice(-3).join('')).toBe('BCA');
  });

  it('ends each contestant when enough is known of it, and says why', async () => {
    const machine = new ScriptedMachine();
    const random = seededRandom(3);
    const steady = machine.contestant('steady', () => 10);
    const wild = machine.contestant('wild', () => 10 ** (1 + 2 * random()));
    const recordings = new Map([steady, wild].map((contestant) => [contestant, new Recording()]));
    const left: number[] = [];
    await measureRounds(recordings, {
      ...options(machine, { deadline: 20_000 }),
      onRound: (_, leftMs) => left.push(leftMs),
    });
    const [first, second] = [...recordings.values()];
    expect(first?.stop).toBe('converged');
    // One call in the first turn, six in the others: 90 in the 16th.
    expect(first?.endToEnd.length).toBeGreaterThanOrEqual(90);
    expect(first?.turns.length).toBe(16);
    expect(second?.stop).toBe('budget');
    expect(machine.time).toBeGreaterThanOrEqual(20_000);
    expect(machine.time).toBeLessThan(22_000);
    expect(left[0]).toBe(20_000);
    expect(left.every((ms, index) => ms >= 0 && ms <= 20_000 && (index === 0 || Number.isFinite(ms)))).toBe(
      true,
    );
  });

  it('keeps what was measured when it is interrupted', async () => {
    const machine = new ScriptedMachine();
    const stop = new AbortController();
    const one = machine.contestant('one', (call) => {
      if (call === 30) stop.abort();
      return 10 + (call % 3) * 4;
    });
    const recordings = new Map([[one, new Recording()]]);
    await measureRounds(recordings, options(machine, { signal: stop.signal }));
    const [recording] = recordings.values();
    expect(recording?.stop).toBe('interrupted');
    expect(recording?.endToEnd.length).toBeGreaterThan(30);
  });

  it('goes on with the others when one fails', async () => {
    const machine = new ScriptedMachine();
    const failing = machine.contestant('failing', (call) => {
      if (call === 2) throw new Error('gone');
      return 10;
    });
    const good = machine.contestant('good', () => 10);
    const recordings = new Map([failing, good].map((contestant) => [contestant, new Recording()]));
    await measureRounds(recordings, options(machine));
    expect([...recordings.values()].map(({ stop }) => stop)).toEqual(['failed', 'converged']);
    expect(recordings.get(failing)?.failure).toMatchObject({ message: 'gone' });
  });

  it('keeps every replica busy, and every outlier', async () => {
    const machine = new ScriptedMachine();
    const pair = machine.contestant('pair', (call) => (call === 7 ? 900 : 30), { inFlight: 2 });
    const recordings = new Map([[pair, new Recording()]]);
    await measureRounds(recordings, options(machine, { rounds: 10 }));
    const [recording] = recordings.values();
    expect(recording?.endToEnd).toContain(900);
    expect(recording?.endToEnd.length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...(recording?.turns ?? []).map((turn) => turn ?? 0))).toBeLessThan(900);
  });
});

describe('a machine that drifts', () => {
  /** Both slow down together, by a factor of three in all, with noise of 6 % and stalls. */
  async function compare(slower: number, seed: number) {
    const machine = new ScriptedMachine();
    const random = seededRandom(seed);
    const ms = (factor: number) => () => {
      const noise = Math.exp(
        0.06 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
      );
      return 20 * factor * noise * (1 + machine.time / 30_000) * (random() < 0.02 ? 4 : 1);
    };
    const [a, b] = [machine.contestant('a', ms(1)), machine.contestant('b', ms(slower))];
    const recordings = new Map([a, b].map((contestant) => [contestant, new Recording()]));
    await measureRounds(recordings, options(machine, { rounds: 40, endSettled: false, deadline: 60_000 }));
    const [first, second] = [...recordings.values()].map(({ turns }) => turns.map((turn) => turn ?? NaN));
    return pairedRatio(first ?? [], second ?? []);
  }
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  it('is not taken for a difference: like is held equal with like in at least 19 of 20', async () => {
    const ratios = await Promise.all(seeds.map((seed) => compare(1, seed)));
    expect(ratios.filter(holdsEqual).length).toBeGreaterThanOrEqual(19);
  });

  it('does not hide one: 10 % slower is found in at least 19 of 20', async () => {
    const ratios = await Promise.all(seeds.map((seed) => compare(1.1, seed + 100)));
    expect(ratios.filter((ratio) => timeVerdict(ratio) === 'slower').length).toBeGreaterThanOrEqual(19);
  });
});

describe('warmUp', () => {
  it('goes on until two windows are alike', async () => {
    const machine = new ScriptedMachine();
    const warming = machine.contestant('warming', (call) => 10 + 40 * 0.9 ** call);
    const warm = await warmUp(warming, machine.now);
    expect(warm.stable).toBe(true);
    expect(warm.runs).toBeGreaterThanOrEqual(30);
    expect(
      await warmUp(
        machine.contestant('steady', () => 5),
        machine.now,
      ),
    ).toEqual({ runs: 10, stable: true });
  });

  it('gives up at its limits, and says so', async () => {
    const machine = new ScriptedMachine();
    const growing = (): Contestant => machine.contestant('growing', (call) => 2 * 1.05 ** call);
    expect(await warmUp(growing(), machine.now)).toEqual({ runs: 60, stable: false });
    expect((await warmUp(growing(), machine.now, undefined, { maxMs: 10 })).runs).toBe(5);
  });
});

describe('measureLevels', () => {
  it('gives windows of throughput and every call, for each level', async () => {
    const machine = new ScriptedMachine();
    const pair = machine.contestant('pair', () => 20, { inFlight: 2, batch: 4 });
    let joules = 0;
    const energy = { source: 'scripted', read: () => Promise.resolve((joules += 18)) };
    const { levels, joulesPerImage } = await measureLevels(pair, { now: machine.now, energy });
    expect(levels.map(({ inFlight }) => inFlight)).toEqual([2, 4]);
    for (const { windows, calls } of levels) {
      expect(windows.length).toBeGreaterThanOrEqual(6);
      expect(calls.length).toBeGreaterThanOrEqual(90);
      // 4 images each 10 ms of the machine's time.
      expect(windows[1]).toBeCloseTo(400, 6);
    }
    const images = levels.reduce((sum, { calls }) => sum + 4 * calls.length, 0);
    expect(joulesPerImage).toBeCloseTo(36 / images, 9);
  });

  it('ends at its time', async () => {
    const machine = new ScriptedMachine();
    const slow = machine.contestant('slow', () => 500);
    const { levels, joulesPerImage } = await measureLevels(slow, { now: machine.now, maxMs: 3000 });
    expect(levels[0]?.calls.length).toBe(6);
    expect(joulesPerImage).toBeUndefined();
  });
});

describe('machineNoise', () => {
  it('is the spread and the drift of fixed work', () => {
    expect(machineNoise([1, 1, 1, 1, 1])).toBeUndefined();
    expect(machineNoise([2, 2, 2, 2, 2, 2])).toEqual({ spread: 0, drift: 0 });
    const noise = machineNoise([10, 10, 10, 12, 12, 12, 15, 15, 15]);
    expect(noise?.drift).toBeCloseTo(0.5, 10);
    expect(noise?.spread).toBeCloseTo(5 / 12, 10);
  });

  it('has work that takes time', () => {
    expect(referenceWork(() => performance.now())).toBeGreaterThan(0);
  });
});
