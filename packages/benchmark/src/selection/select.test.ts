import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileKey, type Profile } from '../profile/profile.js';
import { measuredAccuracy, profileOf } from '../profile/profile.fixture.js';
import type { Constraints } from './constraints.js';
import type { Objective } from './objective.js';
import { select } from './select.js';

/** Runs around a latency, none further than 1 % from it. */
const around = (ms: number, count = 100) =>
  Array.from({ length: count }, (_, index) => ms * (1 + ((index % 7) - 3) / 300));

const nano = profileOf({
  model: 'yolo-n',
  runs: around(10),
  accuracy: [measuredAccuracy(0.37)],
  sizeBytes: 6e6,
});
const small = profileOf({
  model: 'yolo-s',
  runs: around(22),
  accuracy: [measuredAccuracy(0.45)],
  sizeBytes: 22e6,
});
const medium = profileOf({
  model: 'yolo-m',
  runs: around(55),
  accuracy: [measuredAccuracy(0.5)],
  sizeBytes: 52e6,
});
const family = [nano, small, medium];

const nameOf = (profiles: readonly Profile[], constraints: Constraints, objective: Objective): string =>
  select(profiles, { constraints, objective }).chosen.profile.subject.model;

describe('select', () => {
  it('takes the most accurate of a family within a latency', () => {
    expect(nameOf(family, { maxLatencyMs: 30 }, 'most-accurate')).toBe('yolo-s');
    expect(nameOf(family, { maxLatencyMs: 15 }, 'most-accurate')).toBe('yolo-n');
    expect(nameOf(family, {}, 'most-accurate')).toBe('yolo-m');
    expect(nameOf(family, { minAccuracy: 0.4 }, 'fastest')).toBe('yolo-s');
    expect(nameOf(family, {}, 'smallest')).toBe('yolo-n');
    expect(nameOf(family, {}, { accuracy: 20, latency: 1 })).toBe('yolo-m');
  });

  it('compares bounds, not points', () => {
    // 0.42 +- 0.02: it may well be below 0.41.
    const unsure = profileOf({ model: 'unsure', runs: around(5), accuracy: [measuredAccuracy(0.42)] });
    expect(nameOf([unsure, medium], { minAccuracy: 0.41 }, 'fastest')).toBe('yolo-m');
    // p95 is 10, and 5 of 100 runs may be slower than that by chance: the bound is the slowest of them.
    const tail = profileOf({ model: 'tail', runs: [...around(10, 98), 31, 32] });
    expect(() => select([tail], { constraints: { maxLatencyMs: 31.5 }, objective: 'fastest' })).toThrow(
      expect.objectContaining({ code: 'CONSTRAINTS_UNMET' }),
    );
    expect(nameOf([tail], { maxLatencyMs: 32 }, 'fastest')).toBe('tail');
  });

  it('knows no percentile that the runs cannot carry', () => {
    const short = profileOf({ model: 'short', runs: around(5, 50) });
    expect(nameOf([short, nano], { maxLatencyMs: 30 }, 'fastest')).toBe('yolo-n');
    expect(nameOf([short, nano], { maxLatencyMs: 30, percentile: 90 }, 'fastest')).toBe('short');
    const { rejected } = select([short, nano], { constraints: { maxLatencyMs: 30 }, objective: 'fastest' });
    expect(rejected[0]?.violations).toEqual([
      { constraint: 'maxLatencyMs', wanted: 30, found: null, excess: Infinity },
    ]);
  });

  it('tells what each rejected candidate failed and by how much, the nearest first', () => {
    const { chosen, rejected, runnersUp, front } = select(family, {
      constraints: { maxLatencyMs: 11, maxMemoryMb: 300 },
      objective: 'fastest',
    });
    expect(chosen.profile).toBe(nano);
    expect(runnersUp).toEqual([]);
    expect(rejected.map(({ profile }) => profile)).toEqual([small, medium]);
    expect(rejected[0]?.violations).toEqual([
      { constraint: 'maxLatencyMs', wanted: 11, found: 22.22, excess: expect.closeTo(1.02, 6) as number },
    ]);
    expect(front.map(({ profile }) => profile)).toEqual(family);
  });

  it('names the nearest candidate and the binding constraint when nothing fits', () => {
    const failing = () =>
      select(family, { constraints: { maxLatencyMs: 30, minAccuracy: 0.47 }, objective: 'fastest' });
    expect(failing).toThrow(
      expect.objectContaining({
        code: 'CONSTRAINTS_UNMET',
        message:
          'none of 3 candidates keeps the constraints; nearest is yolo-s onnx-fp32 ort/cpu 1 thread: accuracy 0.43, at least 0.47 wanted: 9.3 % off',
      }),
    );
    expect(failing).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          nearest: expect.objectContaining({ key: profileKey(small.identity) }) as object,
          binding: expect.objectContaining({ constraint: 'minAccuracy', wanted: 0.47 }) as object,
        }) as object,
      }),
    );
  });

  it('has no accuracy to look at, or no profile, as errors', () => {
    const plain = profileOf();
    expect(() => select([plain], { objective: 'most-accurate' })).toThrow(
      expect.objectContaining({ code: 'NOT_MEASURED' }),
    );
    expect(() => select([], {})).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
    expect(select([plain], { objective: 'fastest' }).basis).toBeUndefined();
  });

  it.each([
    [{ maxLatencyMs: 0 }, {}],
    [{ minAccuracy: 1.5 }, {}],
    [{ percentile: 100 }, {}],
    [{ hardware: [] }, {}],
    [{}, { latency: -1 }],
    [{}, { speed: 1 }],
    [{}, {}],
  ])('refuses %j with weights %j', (constraints, weights) => {
    const objective = Object.keys(constraints).length > 0 ? ('fastest' as const) : (weights as Objective);
    expect(() => select(family, { constraints, objective })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
  });

  it('prefers what was measured to what is declared, and says which', () => {
    const declared = {
      ...measuredAccuracy(0.9),
      kind: 'declared' as const,
      metric: 'mAP50',
      data: '' as const,
    };
    const boasting = profileOf({ model: 'boasting', runs: around(5), accuracy: [declared] });
    const { chosen, basis } = select([boasting, ...family], { objective: 'most-accurate' });
    expect([chosen.profile, basis?.kind]).toEqual([medium, 'measured']);
    expect(select([boasting], { objective: 'most-accurate' }).basis?.kind).toBe('declared');
    expect(select([boasting, nano], { objective: 'most-accurate', metric: 'mAP50' }).chosen.profile).toBe(
      boasting,
    );
  });

  it('takes throughput at the latency bound', () => {
    const pair = profileOf({ model: 'pair', replicas: 2, runs: around(18) });
    // 2 calls in 18 ms are 111 images a second, but each takes longer than 15 ms.
    expect(nameOf([nano, pair], { minThroughput: 105 }, 'fastest')).toBe('pair');
    expect(() => nameOf([nano, pair], { minThroughput: 105, maxLatencyMs: 15 }, 'fastest')).toThrow(
      /none of 2/,
    );
    expect(nameOf([nano, pair], { minThroughput: 80, maxLatencyMs: 15 }, 'fastest')).toBe('yolo-n');
  });

  it('keeps to the hardware', () => {
    const gpu = profileOf({ model: 'gpu', device: 'cuda:0', runs: around(2) });
    expect(nameOf([gpu, nano], { hardware: ['cpu'] }, 'fastest')).toBe('yolo-n');
    expect(nameOf([gpu, nano], { hardware: ['CUDA'] }, 'fastest')).toBe('gpu');
  });
});

describe('the incumbent', () => {
  const noisy = (ms: number, phase: number) =>
    Array.from({ length: 100 }, (_, index) => ms * (1 + (((index + phase) * 37) % 21) / 100));
  const now = profileOf({ model: 'now', runs: noisy(10.1, 3), session: 'a' });
  const alike = profileOf({ model: 'alike', runs: noisy(10, 11), session: 'b' });
  const faster = profileOf({ model: 'faster', runs: noisy(7, 5), session: 'c' });
  const incumbent = profileKey(now.identity);

  it('wins ties', () => {
    expect(select([now, alike], { objective: 'fastest' }).chosen.profile).toBe(alike);
    const kept = select([now, alike], { objective: 'fastest', incumbent });
    expect([kept.chosen.profile, kept.keptIncumbent]).toEqual([now, true]);
    expect(kept.runnersUp[0]?.behind.low).toBeLessThan(0);
    expect(kept.runnersUp[0]?.behind.high).toBeGreaterThan(0);
  });

  it('gives way to what is better beyond doubt, and when it breaks a constraint', () => {
    expect(select([now, alike, faster], { objective: 'fastest', incumbent })).toMatchObject({
      chosen: { profile: faster },
      keptIncumbent: false,
    });
    const constraints = { maxLatencyMs: 12.05 };
    expect(select([now, alike], { objective: 'fastest', incumbent, constraints }).chosen.profile).toBe(alike);
  });
});

describe('properties', () => {
  const figure = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const profiles = fc
    .uniqueArray(
      fc.record({
        model: fc.constantFrom('a', 'b', 'c'),
        variant: fc.constantFrom('fp32', 'int8'),
        threads: fc.integer({ min: 1, max: 8 }),
        replicas: fc.integer({ min: 1, max: 3 }),
        device: fc.constantFrom('cpu', 'cuda'),
        ms: figure(1, 100),
        count: fc.constantFrom(20, 60, 120, 500),
        accuracy: fc.option(figure(0.05, 0.95)),
        loadMs: figure(10, 3000),
        peakBytes: fc.option(fc.integer({ min: 10e6, max: 900e6 })),
        sizeBytes: fc.integer({ min: 1e6, max: 100e6 }),
      }),
      {
        minLength: 1,
        maxLength: 12,
        selector: ({ model, variant, threads, replicas, device }) =>
          `${model}${variant}${threads}${replicas}${device}`,
      },
    )
    .map((facts) =>
      facts.map(({ ms, count, accuracy, loadMs, ...rest }) =>
        profileOf({
          ...rest,
          runs: around(ms, count),
          loads: [loadMs],
          accuracy: accuracy === null ? [] : [measuredAccuracy(accuracy)],
        }),
      ),
    );
  const constraints: fc.Arbitrary<Constraints> = fc.record(
    {
      maxLatencyMs: figure(1, 120),
      percentile: fc.constantFrom(50, 90, 95, 99),
      minAccuracy: figure(0, 1),
      maxMemoryMb: figure(5, 1000),
      maxLoadMs: figure(5, 4000),
      minThroughput: figure(1, 500),
      hardware: fc.constantFrom(['cpu'], ['cuda'], ['cpu', 'cuda']),
    },
    { requiredKeys: [] },
  );
  const objective: fc.Arbitrary<Objective> = fc.oneof(
    fc.constantFrom<Objective>('fastest', 'most-accurate', 'balanced', 'smallest'),
    fc.record({ latency: figure(0.1, 5), throughput: figure(0, 5), load: figure(0, 2) }),
  );

  /** The answer, or the code of the error. */
  function answer(given: readonly Profile[], limits: Constraints, goal: Objective) {
    try {
      return select(given, { constraints: limits, objective: goal });
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  it('never violates a constraint', () => {
    fc.assert(
      fc.property(profiles, constraints, objective, (given, limits, goal) => {
        const found = answer(given, limits, goal);
        if (typeof found === 'string') return;
        // Written down anew, from the profile itself.
        const { latency, subject, memory, loads, accuracy, levels } = found.chosen.profile;
        const { percentile = 95 } = limits;
        if (limits.maxLatencyMs !== undefined) {
          const over = latency.endToEnd.filter((ms) => ms > (limits.maxLatencyMs ?? 0)).length;
          expect(over / latency.endToEnd.length).toBeLessThan(1 - percentile / 100);
          expect(latency.endToEnd.length).toBeGreaterThanOrEqual(
            { 50: 7, 90: 44, 95: 90, 99: 459 }[percentile] ?? 0,
          );
        }
        if (limits.minAccuracy !== undefined)
          expect(accuracy[0]?.low).toBeGreaterThanOrEqual(limits.minAccuracy);
        if (limits.maxMemoryMb !== undefined) {
          expect((memory?.peakBytes ?? Infinity) / 1e6).toBeLessThanOrEqual(limits.maxMemoryMb);
        }
        if (limits.maxLoadMs !== undefined) expect(Math.max(...loads)).toBeLessThanOrEqual(limits.maxLoadMs);
        if (limits.minThroughput !== undefined) {
          expect(Math.max(...(levels[0]?.windows ?? []))).toBeGreaterThanOrEqual(limits.minThroughput);
        }
        if (limits.hardware !== undefined) expect(limits.hardware).toContain(subject.device);
      }),
      { numRuns: 300 },
    );
  });

  it('is monotone: a loosened constraint never worsens the objective', () => {
    const loosen = fc.record({ factor: figure(1, 5), drop: fc.boolean(), which: fc.nat(5) });
    fc.assert(
      fc.property(
        profiles,
        constraints,
        objective,
        loosen,
        (given, limits, goal, { factor, drop, which }) => {
          const name = (
            ['maxLatencyMs', 'minAccuracy', 'maxMemoryMb', 'maxLoadMs', 'minThroughput', 'hardware'] as const
          )[which];
          if (name === undefined || limits[name] === undefined) return;
          const { [name]: limit, ...rest } = limits;
          const looser: Constraints =
            drop || typeof limit !== 'number'
              ? rest
              : { ...rest, [name]: name.startsWith('max') ? limit * factor : limit / factor };
          const [tight, loose] = [answer(given, limits, goal), answer(given, looser, goal)];
          if (typeof tight === 'string') return;
          if (typeof loose === 'string') throw new Error(`loosening gave ${loose}`);
          expect(loose.chosen.score).toBeGreaterThanOrEqual(tight.chosen.score);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is deterministic and independent of the order', () => {
    fc.assert(
      fc.property(
        profiles,
        constraints,
        objective,
        fc.infiniteStream(fc.nat()),
        (given, limits, goal, stream) => {
          const shuffled = given
            .map((profile) => ({ profile, at: stream.next().value as number }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ profile }) => profile);
          const seen = (found: ReturnType<typeof answer>) =>
            typeof found === 'string'
              ? found
              : [found.chosen, ...found.runnersUp, ...found.rejected, ...found.front].map(({ key }) => key);
          expect(seen(answer(shuffled, limits, goal))).toEqual(seen(answer(given, limits, goal)));
          expect(answer(given, limits, goal)).toEqual(answer(given, limits, goal));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('chooses from the Pareto front when nothing else counts', () => {
    fc.assert(
      fc.property(profiles, fc.constantFrom<Objective>('fastest', 'most-accurate'), (given, goal) => {
        const found = answer(given, {}, goal);
        if (typeof found === 'string') return;
        const { chosen, front } = found;
        if (chosen.latency === undefined || chosen.accuracy === undefined) return;
        expect(
          front.some(
            ({ latency, accuracy }) =>
              latency?.upper === chosen.latency?.upper || accuracy?.low === chosen.accuracy?.low,
          ),
        ).toBe(true);
      }),
    );
  });
});
