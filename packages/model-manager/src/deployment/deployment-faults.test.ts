import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import { GREY, greyFrame, scriptedHost, type ScriptedHost } from '../testing/scripted-host.fixture.js';
import { VersionedRegistry } from '../testing/versioned-registry.fixture.js';
import type { Deployment, DeploymentEvent } from './deployment.js';

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

async function deployed(): Promise<Deployment> {
  const care = await host.care({ registries: [registry] });
  return await care.deploy('grey', { observer: { event: (event) => events.push(event) } });
}

async function answeredBy(deployment: Deployment): Promise<string | undefined> {
  return (await deployment.predict(greyFrame(100))).model.version;
}

function refusals(): (readonly [version: string | null, code: string])[] {
  return events.flatMap((event) =>
    event.kind === 'refused' ? [[event.version, event.error.code] as const] : [],
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a manifest that cannot be read any more', () => {
  it('leaves its version live, which does not give way to a lower one, until the manifest is mended', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=9');
    const deployment = await deployed();
    registry.spoil('1.1.0');
    expect(refusals()).toEqual([['1.1.0', 'MANIFEST_INVALID']]);
    expect(deployment.status.problem).toMatchObject({ code: 'MANIFEST_INVALID' });
    await expect(deployment.reload()).rejects.toThrow(coded('MANIFEST_INVALID', /1\.1\.0 is spoilt/));
    expect(await answeredBy(deployment)).toBe('1.1.0');
    await registry.put('1.1.0', 'width=9');
    await deployment.reload();
    expect(deployment.status.problem).toBeUndefined();
    expect(deployment.history).toHaveLength(1);
  });

  it('keeps neither a higher version nor a statement of the traffic from going live', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=9');
    const deployment = await deployed();
    registry.spoil('1.1.0');
    await registry.put('1.2.0', 'width=10');
    await until(() => deployment.status.traffic['1.2.0'] === 1);
    expect(await answeredBy(deployment)).toBe('1.2.0');
    registry.spoil('1.2.0');
    registry.state({ traffic: { '1.0.0': 1 } });
    await until(() => deployment.status.traffic['1.0.0'] === 1);
    expect(await answeredBy(deployment)).toBe('1.0.0');
    expect(deployment.status.problem).toMatchObject({ message: expect.stringMatching(/1\.2\.0/) as string });
  });
});

describe('workers that die', () => {
  it('are told with the version and the reason, and replaced', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deployed();
    await expect(deployment.predict(greyFrame(GREY.exit))).rejects.toThrow(coded('WORKER_CRASHED'));
    expect(await answeredBy(deployment)).toBe('1.0.0');
    expect(events.filter(({ kind }) => kind === 'crashed')).toMatchObject([
      { version: '1.0.0', error: { code: 'WORKER_CRASHED' } },
    ]);
    expect(deployment.status.versions).toMatchObject([
      { state: 'ready', metrics: { errorsByCode: { WORKER_CRASHED: 1 } } },
    ]);
  });

  it('and cannot be replaced end the version; its content is taken again when it is restored', async () => {
    await registry.put('1.0.0', 'width=8');
    const deployment = await deployed();
    // The file of what is live is overwritten by something that no engine opens, and then the worker dies.
    await registry.write('1.0.0', '\0');
    await expect(deployment.predict(greyFrame(GREY.exit))).rejects.toThrow(coded('WORKER_CRASHED'));
    await until(() => refusals().length > 0);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'state', version: '1.0.0', state: 'failed' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'crashed',
        error: expect.objectContaining({ code: 'ARTIFACT_CORRUPT' }) as unknown,
      }),
    );
    expect(refusals()).toEqual([['1.0.0', 'ARTIFACT_CORRUPT']]);
    expect(deployment.ready).toBe(false);
    await expect(deployment.predict(greyFrame(100))).rejects.toThrow(
      coded('WORKER_CRASHED', /out of order.*content has changed/),
    );
    await registry.put('1.0.0', 'width=8');
    await until(() => deployment.ready);
    expect(await answeredBy(deployment)).toBe('1.0.0');
    expect(deployment.status.problem).toBeUndefined();
    await until(() => events.some(({ kind }) => kind === 'drained'));
  }, 60_000);

  it('leave the traffic to the versions that can serve', async () => {
    await registry.put('1.0.0', 'width=8');
    await registry.put('1.1.0', 'width=9');
    registry.state({ traffic: { '1.0.0': 1, '1.1.0': 1 } });
    const deployment = await deployed();
    await registry.write('1.1.0', '\0');
    await expect(deployment.predict(greyFrame(GREY.exit), { version: '1.1.0' })).rejects.toThrow(
      coded('WORKER_CRASHED'),
    );
    await until(() => refusals().length > 0);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { model } = await deployment.predict(greyFrame(100), { key: `camera-${index}` });
        return model.version;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['1.0.0']));
  }, 60_000);
});
