import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Care } from '@care/model-manager';
import { choose, selectAndLoad } from '../choose/select-and-load.js';
import { measuredLatencies } from '../choose/measured-latency.js';
import { serveSelected, type SelectionEvent } from '../choose/serve-selected.js';
import { identityDifferences } from '../profile/identity-difference.js';
import type { Profile } from '../profile/profile.js';
import { median } from '../statistics/order-statistics.js';
import { BenchHost, colorClassifier, unknownOperator } from '../testing/bench-host.fixture.js';
import { bench } from './bench.js';
import type { BenchOutcome } from './bench-options.js';

const host = new BenchHost();
const FRAME = { data: new Uint8Array(32 * 32 * 3).fill(90), width: 32, height: 32, format: 'rgb' as const };
let care: Care;
let measured: BenchOutcome;

beforeAll(async () => {
  host.model('quick', colorClassifier(1), { benchmarks: { mAP50: 0.5 } });
  host.model('slow', colorClassifier(600), { benchmarks: { mAP50: 0.9 } });
  host.model('broken', unknownOperator());
  care = await host.care();
  measured = await bench(care, {
    references: ['quick', 'slow'],
    threads: [1],
    replicas: [1, 2],
    budgetMs: 6000,
    store: host.store,
  });
}, 180_000);
afterAll(async () => {
  await care.dispose();
  host.dispose();
});

const of = (outcome: BenchOutcome, model: string, replicas: number): Profile => {
  const found = outcome.profiles.find(
    ({ subject, identity }) => subject.model === model && identity.replicas === replicas,
  );
  if (found === undefined) throw new Error(`no profile of ${model} x ${replicas}`);
  return found;
};

describe('bench', { timeout: 180_000 }, () => {
  it('measures every candidate of the grid, in rounds of one session', () => {
    expect(measured.failed).toEqual([]);
    expect(measured.profiles.map(({ subject, identity }) => [subject.model, identity.replicas])).toEqual([
      ['quick', 1],
      ['quick', 2],
      ['slow', 1],
      ['slow', 2],
    ]);
    expect(new Set(measured.profiles.map(({ session }) => session)).size).toBe(1);
    expect(measured.impossible.every(({ reason }) => reason.length > 0)).toBe(true);
    for (const { latency, loads, memory, levels, subject, stop } of measured.profiles) {
      expect(latency.endToEnd.length).toBe(latency.inference.length);
      expect(latency.endToEnd.every((ms, index) => ms >= (latency.inference[index] ?? Infinity))).toBe(true);
      expect(latency.turns.filter((turn) => turn !== null).length).toBeGreaterThan(2);
      expect(loads[0]).toBeGreaterThan(10);
      expect(subject).toMatchObject({ device: 'cpu', precision: 'fp32' });
      expect(levels.length).toBe(2);
      expect(['converged', 'budget']).toContain(stop.reason);
      if (process.platform === 'linux') expect(memory?.peakBytes).toBeGreaterThan(30e6);
    }
  });

  it('finds the slow one slower, and memory of two replicas more than of one', () => {
    const inference = (model: string) => median(of(measured, model, 1).latency.inference);
    expect(inference('slow')).toBeGreaterThan(2 * inference('quick'));
    if (process.platform !== 'linux') return;
    const memory = (replicas: number) => of(measured, 'quick', replicas).memory?.residentBytes ?? NaN;
    expect(memory(2)).toBeGreaterThan(1.5 * memory(1));
  });

  it('takes the accuracy that the manifest declares, marked as such', () => {
    expect(of(measured, 'slow', 1).accuracy).toMatchObject([
      { kind: 'declared', metric: 'mAP50', value: 0.9 },
    ]);
  });

  it('does not measure again what it knows, unless asked to', async () => {
    const again = await bench(care, {
      references: ['quick'],
      threads: [1],
      replicas: [1, 2],
      store: host.store,
    });
    expect(again.reused.size).toBe(2);
    expect(again.profiles).toEqual([of(measured, 'quick', 1), of(measured, 'quick', 2)]);
    expect(again.blocks).toBe(0);
  });

  it('tells a model that cannot be opened, and measures the others', async () => {
    const outcome = await bench(care, { references: ['broken', 'quick'], threads: [1], store: host.store });
    expect(outcome.failed).toMatchObject([{ spec: { reference: 'broken' } }]);
    expect(outcome.profiles.length).toBe(1);
  });

  it('keeps what was measured when it is interrupted', async () => {
    const stop = new AbortController();
    const outcome = await bench(care, {
      references: ['quick', 'slow'],
      threads: [2],
      budgetMs: 60_000,
      precision: 1e-9,
      store: host.store,
      signal: stop.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'rounds' && done > 500) stop.abort();
      },
    });
    expect(outcome.interrupted).toBe(true);
    expect(outcome.profiles.map(({ stop: { reason } }) => reason)).toEqual(['interrupted', 'interrupted']);
    const kept = await host.store.readAll();
    expect(kept.profiles.filter(({ identity }) => identity.threads === 2)).toHaveLength(2);
  });

  it('gives up what is behind when it searches', async () => {
    const outcome = await bench(care, {
      references: ['quick', 'slow'],
      threads: [1],
      replicas: [1, 2],
      budgetMs: 5000,
      levels: false,
      search: { objective: 'fastest' },
    });
    const eliminated = outcome.profiles.filter(({ stop }) => stop.reason === 'eliminated');
    expect(eliminated).toHaveLength(2);
    expect(eliminated.some(({ subject }) => subject.model === 'slow')).toBe(true);
  });

  it.each([{ references: [] }, { percentile: 100 }, { precision: 0 }, { budgetMs: -1 }, { threads: [0] }])(
    'refuses %j',
    async (wrong) => {
      await expect(bench(care, { references: ['quick'], ...wrong })).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
      });
    },
  );
});

describe('choosing', { timeout: 180_000 }, () => {
  it('loads what fits, as it was measured', async () => {
    const request = { task: 'classification', store: host.store, constraints: { percentile: 50 } };
    const { model, choice } = await selectAndLoad(care, { ...request, objective: 'most-accurate' });
    await using loaded = model;
    expect(loaded.package.modelId).toBe('slow');
    expect(choice.load).toMatchObject({ threads: choice.selection.chosen.profile.identity.threads });
    expect((await loaded.predict(FRAME)).predictions.length).toBeGreaterThan(0);
    const small = await choose(care, { ...request, models: ['quick', 'slow'], objective: 'fastest' });
    expect(small.selection.chosen.profile.subject.model).toBe('quick');
  });

  it('knows no model that changed, and says what did', async () => {
    const changing = new BenchHost();
    changing.model('quick', colorClassifier(1));
    await using mine = await changing.care();
    await bench(mine, {
      references: ['quick'],
      threads: [1],
      budgetMs: 300,
      levels: false,
      store: changing.store,
    });
    const before = (await changing.store.readAll()).profiles[0];
    const request = { models: ['quick'], store: changing.store, objective: 'smallest' as const };
    expect((await choose(mine, request)).selection.chosen.profile).toEqual(before);
    changing.model('quick', colorClassifier(2));
    await using later = await changing.care();
    await expect(choose(later, request)).rejects.toMatchObject({
      code: 'NOT_MEASURED',
      message: expect.stringContaining('artifacts.quick.onnx') as string,
    });
    changing.dispose();
  });

  it('ranks the candidates of a load by what was measured', async () => {
    const [profile] = measured.profiles;
    const asking: Care = await host.care({ measured: measuredLatencies(host.store, () => asking) });
    await using closing = asking;
    const verdicts = await closing.negotiate('quick', { threads: 1 });
    expect(verdicts[0]).toMatchObject({ verdict: 'eligible', rank: 1, device: 'cpu' });
    const ms = median(profile?.latency.endToEnd ?? []).toFixed(1);
    expect(verdicts[0]?.reason).toBe(`measured ${ms} ms`);
    const [unknown] = await closing.negotiate('quick', { threads: 7 });
    expect(unknown?.reason).toContain('not measured here');
  });

  it('chooses again when the live latency leaves its bound, without a dropped request', async () => {
    const events: SelectionEvent[] = [];
    const fastest = of(measured, 'quick', 1);
    // A profile that promises more than the slow model keeps: it is chosen, and live requests show that it does not.
    const promise = of(measured, 'slow', 1);
    const store = host.store;
    const quickMs = median(fastest.latency.endToEnd);
    const slowMs = median(promise.latency.endToEnd);
    const bound = Math.sqrt(quickMs * slowMs);
    const promised = async (profile: typeof promise, milliseconds: number): Promise<void> => {
      const endToEnd = profile.latency.endToEnd.map(() => milliseconds);
      await store.write({ ...profile, latency: { ...profile.latency, endToEnd, turns: [milliseconds] } });
    };
    await promised(promise, bound / 2);
    // Without doubt within the bound, however noisy the machine was when it was measured.
    await promised(fastest, bound / 4);
    await using served = await serveSelected(
      care,
      {
        models: ['quick', 'slow'],
        store,
        objective: 'most-accurate',
        constraints: { maxLatencyMs: bound, percentile: 50 },
      },
      { watch: { forMs: 200, everyMs: 50 }, onEvent: (event) => events.push(event) },
    );
    expect(served.model.package.modelId).toBe('slow');
    const answered: string[] = [];
    const until = performance.now() + 60_000;
    while (performance.now() < until && !answered.includes('quick')) {
      const answers = await Promise.all([served.predict(FRAME), served.predict(FRAME)]);
      answered.push(...answers.map(({ model }) => model.id));
    }
    expect(answered).toContain('quick');
    expect(events).toMatchObject([{ kind: 'switched', liveMs: expect.any(Number) as number }]);
    expect(answered.indexOf('quick')).toBeGreaterThan(0);
    expect(answered.slice(answered.lastIndexOf('slow') + 1).every((id) => id === 'quick')).toBe(true);
    await store.write(promise);
    await store.write(fastest);
    expect(identityDifferences(promise.identity, fastest.identity).length).toBeGreaterThan(0);
  });
});
