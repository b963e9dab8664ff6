import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CareError,
  type CareErrorCode,
  type JsonObject,
  type ModelRegistry,
  type ModelVariant,
} from '@care/registry-core';
import type { Care } from '../care/care.js';
import type { LoadOptions } from '../model/load-options.js';
import { coded } from '../testing/coded.fixture.js';
import {
  detectorPackage,
  greyFrame,
  registryOf,
  scriptedHost,
  scriptedVariant,
  type ScriptedHost,
} from '../testing/scripted-host.fixture.js';

let host: ScriptedHost;
beforeEach(async () => {
  host = await scriptedHost();
});
afterEach(() => host.dispose());

/** A file of its own that says what the session does. */
async function variant(id: string, precision: string, says: string): Promise<ModelVariant> {
  const file = join(host.root, `${id}.scripted`);
  await writeFile(file, says);
  return { ...scriptedVariant(file), id, precision };
}

const careWith = (variants: readonly ModelVariant[], scripted: JsonObject = {}): Promise<Care> =>
  host.care({ registries: [registryOf([detectorPackage(variants)])], plugins: { scripted } });

const brief = (model: { candidates: readonly { variant: string; device?: string; verdict: string }[] }) =>
  model.candidates.map(({ variant: id, device, verdict }) => `${id} ${device ?? '-'} ${verdict}`);

describe('a candidate that cannot be used', () => {
  it('is skipped with its reason, and the prediction says which one answered', async () => {
    const care = await careWith([
      await variant('half', 'fp16', 'nan=1'),
      await variant('full', 'fp32', 'width=8'),
    ]);
    const wishes = { prefer: [{ precision: 'fp16' }] };
    const model = await care.load('grey', wishes);
    expect(brief(model)).toEqual(['half - failed', 'full - chosen']);
    expect(model.candidates[0]?.reason).toMatch(/^PROBE_FAILED: .*NaN|not finite/);
    const { model: servedBy } = await model.predict(greyFrame(150));
    expect(servedBy).toMatchObject({ variant: 'full', backend: 'scripted', device: 'cpu' });
  });

  it('is the failure itself when it was required', async () => {
    const care = await careWith([
      await variant('half', 'fp16', 'nan=1'),
      await variant('full', 'fp32', 'width=8'),
    ]);
    await expect(care.load('grey', { require: { precision: 'fp16' } })).rejects.toThrow(
      coded('PROBE_FAILED'),
    );
    await expect(care.load('grey', { variant: 'half' })).rejects.toThrow(coded('PROBE_FAILED'));
  });

  it('does not hide a spoilt file behind another variant', async () => {
    const care = await careWith([
      await variant('full', 'fp32', '\0'),
      await variant('half', 'fp16', 'width=8'),
    ]);
    await expect(care.load('grey')).rejects.toThrow(coded('ARTIFACT_CORRUPT'));
  });

  it('is skipped when its files cannot be brought now: those of another may be here', async () => {
    const bringing = (code: CareErrorCode): ModelRegistry => ({
      ...registryOf([detectorPackage([remote, local])]),
      fetch: (model, id) =>
        id === 'full' ? Promise.reject(new CareError(code, 'no network')) : Promise.resolve(model),
    });
    const remote = {
      ...(await variant('full', 'fp32', 'width=8')),
      artifacts: [{ name: 'm', role: 'model' }],
    } as const;
    const local = await variant('half', 'fp16', 'width=8');
    for (const code of ['OFFLINE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_TIMEOUT'] as const) {
      const model = await (
        await host.care({ registries: [bringing(code)] })
      ).load('grey', {
        prefer: [{ precision: 'fp32' }],
      });
      expect(brief(model)).toEqual(['full - failed', 'half - chosen']);
    }
    const denied = await host.care({ registries: [bringing('UNAUTHORIZED')] });
    await expect(denied.load('grey', { prefer: [{ precision: 'fp32' }] })).rejects.toThrow(
      coded('UNAUTHORIZED'),
    );
  });

  it('leaves an error that tells of all when none could be used', async () => {
    const care = await careWith([
      await variant('full', 'fp32', 'nan=1'),
      await variant('half', 'fp16', 'nan=1'),
    ]);
    await expect(care.load('grey')).rejects.toThrow(
      coded('PROBE_FAILED', /full with scripted: PROBE_FAILED.*half with scripted: PROBE_FAILED/),
    );
  });
});

describe('devices', () => {
  const both = { possible: ['cuda', 'cpu'], opens: ['cuda', 'cpu'] };

  it('several that may be there are probed, and the first that is there is taken', async () => {
    const absent = { id: 'cuda', available: false, reason: 'no driver' };
    const one = await variant('full', 'fp32', 'width=8');
    const without = await careWith([one], { ...both, devices: [absent, { id: 'cpu', available: true }] });
    const model = await without.load('grey');
    expect(model.servedBy.device).toBe('cpu');
    expect(brief(model)).toEqual(['full cpu chosen', 'full cuda rejected']);
    expect(model.candidates[1]?.reason).toBe('no driver');
    const there = { id: 'cuda', available: true };
    const withCard = await careWith([one], { ...both, devices: [there, { id: 'cpu', available: true }] });
    expect((await withCard.load('grey')).servedBy.device).toBe('cuda');
    const forbidden = await withCard.load('grey', { forbid: [{ device: 'cuda' }] });
    expect(brief(forbidden)).toEqual(['full cpu chosen', 'full cuda rejected']);
  });

  it('a probe that kills its process leaves the choice to the backend', async () => {
    const care = await careWith([await variant('full', 'fp32', 'width=8')], { ...both, crashOnProbe: true });
    expect((await care.load('grey')).servedBy.device).toBe('cpu');
  });

  it('are all told by negotiate, which opens nothing', async () => {
    const care = await careWith([await variant('full', 'fp32', '\0')]);
    expect(await care.negotiate('grey')).toEqual([
      {
        variant: 'full',
        format: 'scripted',
        precision: 'fp32',
        backend: 'scripted',
        device: 'cpu',
        verdict: 'eligible',
        rank: 1,
        reason: 'not measured here; cpu, fp32',
      },
    ]);
  });
});

describe('wishes that make no sense', () => {
  it.each([
    [{ prefer: [{}] }, /prefer must name/],
    [{ forbid: [{ engine: 'ort' }] }, /forbid knows no "engine"/],
    [{ minPrecision: 'fp8' }, /minPrecision must be one of fp32, fp16, int8/],
  ])('%j', async (wishes, message) => {
    const care = await careWith([await variant('full', 'fp32', 'width=8')]);
    await expect(care.load('grey', JSON.parse(JSON.stringify(wishes)) as LoadOptions)).rejects.toThrow(
      coded('OPTIONS_INVALID', message),
    );
  });

  it('and such as leave nothing say so', async () => {
    const care = await careWith([await variant('full', 'fp32', 'width=8')]);
    await expect(care.load('grey', { forbid: [{ backend: 'scripted' }] })).rejects.toThrow(
      coded('BACKEND_UNAVAILABLE', /forbidden: backend=scripted/),
    );
  });
});
