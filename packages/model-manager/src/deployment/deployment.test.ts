import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentSpec } from '@care/registry-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Prediction } from '../model/prediction.js';
import { coded } from '../testing/coded.fixture.js';
import { greyFrame, scriptedHost, type ScriptedHost } from '../testing/scripted-host.fixture.js';
import { VersionedRegistry } from '../testing/versioned-registry.fixture.js';
import type { Deployment, DeploymentEvent, DeploymentOptions } from './deployment.js';

let host: ScriptedHost;
let registry: VersionedRegistry;
let events: DeploymentEvent[];
beforeEach(async () => {
  host = await scriptedHost();
  registry = new VersionedRegistry(host.root);
  events = [];
});
afterEach(async () => {
  await host.dispose();
});

async function deploy(options: DeploymentOptions = {}): Promise<Deployment> {
  const care = await host.care({ registries: [registry] });
  return await care.deploy(
    'grey',
    Object.assign(options, { observer: { event: (event: DeploymentEvent) => events.push(event) } }),
  );
}

const kinds = (): string[] => events.map(({ kind }) => kind);
const versionOf = ({ model }: Prediction): string => model.version ?? '';
const widthOf = ({ predictions: [first] }: Prediction): number =>
  first !== undefined && 'box' in first ? first.box[2] - first.box[0] : NaN;

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (condition()) return;
    await sleep(5);
  }
  throw new Error(`waited in vain; events were ${JSON.stringify(kinds())}`);
}
const switches = (): number => kinds().filter((kind) => kind === 'switched').length;

describe('a deployment that follows its registry', () => {
  it('takes a new version without a request that fails or waits for it', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    let stop = false;
    const answers: Prediction[] = [];
    const client = async (): Promise<void> => {
      while (!stop) answers.push(await deployment.predict(greyFrame(100)));
    };
    const clients = [client(), client(), client()];
    await until(() => answers.length > 20);
    await registry.put('1.1.0', 'width=12 openMs=150');
    await until(() => switches() === 2);
    const before = answers.length;
    await until(() => answers.length > before + 20);
    stop = true;
    await Promise.all(clients);
    for (const answer of answers) expect(widthOf(answer)).toBe(versionOf(answer) === '1.0.0' ? 8 : 12);
    expect(answers.at(-1)?.model.version).toBe('1.1.0');
    // Loading does not hold up what serves: several answers came while 1.1.0 took 150 ms to open.
    const during = events.findIndex((event) => event.kind === 'state' && event.version === '1.1.0');
    expect(during).toBeGreaterThan(0);
    const states = events.flatMap((event) =>
      event.kind === 'state' && event.version === '1.1.0' ? [event.state] : [],
    );
    expect(states).toEqual(['loading', 'warming', 'ready']);
    expect(deployment.history.map(({ reason, traffic }) => [reason, traffic])).toEqual([
      ['start', { '1.0.0': 1 }],
      ['registry', { '1.1.0': 1 }],
    ]);
  });

  it.each([
    ['a file that the engine refuses', '\0', 'ARTIFACT_CORRUPT'],
    ['outputs that are not finite', 'nan=1', 'PROBE_FAILED'],
  ])('goes on with the old version after %s, and takes the next good one', async (_, says, code) => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    await registry.put('1.1.0', says);
    await until(() => kinds().includes('refused'));
    expect(events.find(({ kind }) => kind === 'refused')).toMatchObject({ error: { code } });
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    expect(deployment.status).toMatchObject({ traffic: { '1.0.0': 1 }, problem: { code } });
    expect(deployment.status.versions.find(({ version }) => version === '1.1.0')).toMatchObject({
      state: 'failed',
      error: { code },
    });
    await registry.put('1.1.0', 'width=10');
    await until(() => switches() === 2);
    expect(widthOf(await deployment.predict(greyFrame(100)))).toBe(10);
    expect(deployment.status.problem).toBeUndefined();
  });

  it('tells a change by its content: a touched file is none, a restored one is', async () => {
    await registry.put('', 'width=8');
    const deployment = await deploy();
    registry.tell('changed');
    await deployment.reload();
    expect(switches()).toBe(1);
    await registry.put('', 'width=10');
    await until(() => switches() === 2);
    expect(widthOf(await deployment.predict(greyFrame(100)))).toBe(10);
    await registry.put('', 'width=8');
    await until(() => switches() === 3);
    expect(widthOf(await deployment.predict(greyFrame(100)))).toBe(8);
  });

  it('makes one reload of a burst of changes', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    const loads = (): number =>
      events.filter((event) => event.kind === 'state' && event.state === 'loading').length;
    const first = loads();
    await registry.put('1.1.0', 'width=9');
    for (let change = 0; change < 100; change++) registry.tell('changed', '1.1.0');
    await deployment.reload();
    expect(switches()).toBe(2);
    // One that was on its way when the burst began, and at most one after it to see that nothing is new.
    expect(loads() - first).toBeLessThanOrEqual(2);
  });

  it('goes back to the version before when the new one is taken away, and keeps serving when all are', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=9');
    const deployment = await deploy();
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.1.0');
    registry.take('1.1.0');
    await until(() => switches() === 2);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    registry.take('1.0.0');
    await until(() => kinds().includes('refused'));
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    expect(deployment.status.problem?.code).toBe('MODEL_NOT_FOUND');
  });

  it('starts empty when asked to, and fails otherwise', async () => {
    await expect(deploy()).rejects.toThrow(coded('MODEL_NOT_FOUND'));
    const deployment = await deploy({ startEmpty: true });
    expect(deployment.ready).toBe(false);
    await expect(deployment.predict(greyFrame(100))).rejects.toThrow(coded('MODEL_NOT_FOUND', /not ready/));
    await registry.put('1.0.0', 'width=8');
    await until(() => deployment.ready);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
  });

  it('finishes on the old version what began on it, and cuts off what takes too long', async () => {
    await registry.put('1.0.0', 'width=8 runMs=300');
    const deployment = await deploy({ keepWarmMs: 0, drainMs: 5000 });
    const slow = deployment.predict(greyFrame(100));
    await registry.put('1.1.0', 'width=9');
    await until(() => switches() === 2);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.1.0');
    expect(versionOf(await slow)).toBe('1.0.0');
    await until(() => kinds().includes('drained'));
    expect(events.find(({ kind }) => kind === 'drained')).toMatchObject({ version: '1.0.0', cut: 0 });
  });
});

describe('rollback', () => {
  it('goes back at once while the old version is warm, and nothing promotes the new one again by itself', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    await registry.put('1.1.0', 'width=9');
    await until(() => switches() === 2);
    const record = await deployment.rollback('it looks odd');
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    expect(record).toMatchObject({ reason: 'rollback', detail: 'it looks odd', traffic: { '1.0.0': 1 } });
    await deployment.reload();
    registry.tell('changed', '1.1.0');
    await until(() => kinds().filter((kind) => kind === 'held').length >= 2);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    expect(deployment.status.latched).toEqual(['1.1.0']);
    // Other content is another matter, and so is a host that names it.
    await registry.put('1.1.0', 'width=10');
    await until(() => switches() === 4);
    expect(widthOf(await deployment.predict(greyFrame(100)))).toBe(10);
    await deployment.rollback();
    await deployment.deploy({ traffic: { '1.1.0': 1 } });
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.1.0');
  });

  it('loads the old version again when it is no longer resident, and says so when its files are gone', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy({ keepWarmMs: 0 });
    await registry.put('1.1.0', 'width=9');
    await until(() => kinds().includes('drained'));
    await deployment.rollback();
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    const drained = (): number => kinds().filter((kind) => kind === 'drained').length;
    await until(() => drained() === 2);
    await deployment.deploy({ traffic: { '1.1.0': 1 } });
    await until(() => drained() === 3);
    await registry.write('1.0.0', 'something else');
    await expect(deployment.rollback()).rejects.toThrow(coded('ROLLBACK_UNAVAILABLE', /content has changed/));
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.1.0');
  });

  it('does not wait for a load under way, which then does not win', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    await registry.put('1.1.0', 'width=9');
    await until(() => switches() === 2);
    await registry.put('1.2.0', 'width=10 openMs=400');
    await until(() => events.some((event) => event.kind === 'state' && event.version === '1.2.0'));
    await deployment.rollback();
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    await until(() => kinds().includes('refused'));
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
  });

  it('has nothing to go back to at first', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    await expect(deployment.rollback()).rejects.toThrow(coded('ROLLBACK_UNAVAILABLE'));
  });
});

describe('traffic', () => {
  const spec: Omit<DeploymentSpec, 'modelId'> = {
    traffic: { champion: 75, challenger: 25 },
    aliases: { champion: '1.0.0', challenger: '1.1.0' },
    stickyBy: 'camera_id',
  };

  it('is split by weight, keeps a key on its version, and names can be asked for', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=9');
    registry.state(spec);
    const deployment = await deploy({ load: { queueLimit: 1000 } });
    const keys = Array.from({ length: 200 }, (_, index) => `camera-${index}`);
    const ask = () =>
      Promise.all(keys.map(async (key) => versionOf(await deployment.predict(greyFrame(9), { key }))));
    const first = await ask();
    expect(await ask()).toEqual(first);
    // scipy.stats.binom.interval(0.999, 200, 0.25) = (31, 71)
    const challengers = first.filter((version) => version === '1.1.0').length;
    expect(challengers).toBeGreaterThanOrEqual(31);
    expect(challengers).toBeLessThanOrEqual(71);
    expect(versionOf(await deployment.predict(greyFrame(9), { version: 'challenger' }))).toBe('1.1.0');
    expect(versionOf(await deployment.predict(greyFrame(9), { version: '1.0.0' }))).toBe('1.0.0');
    await expect(deployment.predict(greyFrame(9), { version: '9.9.9' })).rejects.toThrow(
      coded('MODEL_NOT_FOUND'),
    );
    expect(deployment.status).toMatchObject({ stickyBy: 'camera_id', traffic: { '1.0.0': 75, '1.1.0': 25 } });
  });

  it('is copied to shadows, which measure their agreement and can neither delay nor fail an answer', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=8 fail=0.5');
    await registry.put('1.2.0', 'width=4 runMs=200');
    registry.state({ traffic: { '1.0.0': 1 }, shadow: ['1.1.0', '1.2.0'] });
    const deployment = await deploy({ shadowConcurrency: 2 });
    const metricsOf = (version: string) =>
      deployment.status.versions.find((one) => one.version === version)?.metrics;
    const copied = (version: string): number => metricsOf(version)?.requests ?? 0;
    let asked = 0;
    // How many copies are dropped depends on how busy the machine is.
    for (; asked < 30 || copied('1.2.0') === 0 || copied('1.1.0') < 25; asked++) {
      expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    }
    expect(metricsOf('1.1.0')?.errors).toBeGreaterThan(0);
    expect(metricsOf('1.1.0')?.agreement?.value).toBe(1);
    // A box of half the width: IoU 0.5.
    expect(metricsOf('1.2.0')?.agreement?.value).toBeCloseTo(0.5, 5);
    expect(metricsOf('1.2.0')?.dropped).toBeGreaterThan(0);
    expect(metricsOf('1.0.0')).toMatchObject({ requests: asked, errors: 0 });
  });

  it('cannot name what is not there, or weigh nothing', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy();
    await expect(deployment.deploy({ traffic: { '7.0.0': 1 } })).rejects.toThrow(coded('MODEL_NOT_FOUND'));
    await expect(deployment.deploy({ traffic: { '1.0.0': 0 } })).rejects.toThrow(coded('DEPLOYMENT_INVALID'));
    await expect(deployment.unload('1.0.0')).rejects.toThrow(coded('DEPLOYMENT_INVALID', /is live/));
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
  });

  it('can be prepared: a version is loaded without traffic, and ended again', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('0.9.0', 'width=9');
    const deployment = await deploy();
    expect(await deployment.load('0.9.0')).toMatchObject({ version: '0.9.0', state: 'ready', share: 0 });
    expect(versionOf(await deployment.predict(greyFrame(100), { version: '0.9.0' }))).toBe('0.9.0');
    await deployment.unload('0.9.0');
    await expect(deployment.predict(greyFrame(100), { version: '0.9.0' })).rejects.toThrow(
      coded('MODEL_NOT_FOUND'),
    );
  });
});

describe('guards', () => {
  it('take back a version that fails too often, once, and it stays back', async () => {
    await registry.put('1.0.0', 'width=8');
    const guard = { minRequests: 20, maxErrorRate: 0.05, onBreach: 'rollback' } as const;
    registry.state({ guard });
    const deployment = await deploy();
    await registry.put('1.1.0', 'width=9 fail=0.5');
    await until(() => switches() === 2);
    let stop = false;
    const client = async (): Promise<void> => {
      while (!stop) await deployment.predict(greyFrame(100)).catch(() => undefined);
    };
    const running = client();
    await until(() => kinds().includes('breach'));
    await until(() => switches() === 3);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
    expect(events.find(({ kind }) => kind === 'breach')).toMatchObject({
      version: '1.1.0',
      breach: { metric: 'error_rate', bound: 0.05 },
      action: 'rollback',
    });
    await deployment.reload();
    await sleep(1500);
    stop = true;
    await running;
    expect([switches(), kinds().filter((kind) => kind === 'breach').length]).toEqual([3, 1]);
    expect(deployment.history.at(-1)).toMatchObject({
      reason: 'guard',
      detail: expect.stringMatching(/error_rate of 1.1.0/) as string,
    });
  }, 20_000);
});

describe('probes of a guard', () => {
  it('take back a version that stops answering them', async () => {
    await registry.put('1.0.0', 'width=8');
    registry.state({
      guard: { minRequests: 1, probeIntervalMs: 100, maxMissedProbes: 2, onBreach: 'rollback' },
    });
    const deployment = await deploy();
    // Answers the pictures of its opening, the gate and the warm-up, and fails from then on.
    await registry.put('1.1.0', 'width=9 fail=1');
    await until(() => kinds().includes('breach'));
    expect(events.find(({ kind }) => kind === 'breach')).toMatchObject({
      version: '1.1.0',
      breach: { metric: 'probe', value: 2 },
      action: 'rollback',
    });
    await until(() => switches() === 3);
    expect(versionOf(await deployment.predict(greyFrame(100)))).toBe('1.0.0');
  });
});

describe('memory', () => {
  const MEGABYTE = 1024 * 1024;

  it('refuses what does not fit beside the old version, with the figures', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deploy({ memoryBudget: 200 * 1024 * MEGABYTE });
    await deployment.dispose();
    await expect(deploy({ memoryBudget: 1 })).rejects.toThrow(
      coded('MEMORY_EXCEEDED', /needs about 40 MB beside what runs, the memory budget leaves 0 MB/),
    );
  });

  it.each([
    ['width=9', '1.1.0'],
    ['nan=1', '1.0.0'],
  ])(
    'drains the old version first when asked to: %s, then %s serves, and nobody fails',
    async (says, serving) => {
      await registry.put('1.0.0', 'width=8');
      let budget = 200 * 1024 * MEGABYTE;
      const options: DeploymentOptions = {
        whenMemoryShort: 'drain-first',
        // Made short when the second version comes. (It is read before each load.)
        get memoryBudget() {
          return budget;
        },
      };
      const deployment = await deploy(options);
      let stop = false;
      const seen: string[] = [];
      const client = async (): Promise<void> => {
        while (!stop) seen.push(versionOf(await deployment.predict(greyFrame(100))));
      };
      const running = client();
      await until(() => seen.length > 3);
      // Nothing is left: a version fits only in place of the old one.
      budget = 1;
      await registry.put('1.1.0', says);
      await until(() => kinds().includes('drained'));
      await until(() => (serving === '1.1.0' ? switches() === 2 : kinds().includes('refused')));
      const before = seen.length;
      await until(() => seen.length > before + 3);
      stop = true;
      await running;
      expect(seen.at(-1)).toBe(serving);
      expect(deployment.ready).toBe(true);
    },
  );
});
