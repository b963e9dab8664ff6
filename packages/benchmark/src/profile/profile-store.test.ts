import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityDifferences } from './identity-difference.js';
import { fromBundle, importProfiles, toBundle } from './profile-bundle.js';
import { profilesDirectory, ProfileStore } from './profile-store.js';
import { profileKey, type ProfileIdentity } from './profile.js';
import { profileOf } from './profile.fixture.js';

let dir: string;
let store: ProfileStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'care-profiles-'));
  store = new ProfileStore(dir);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const profile = profileOf();
const { identity } = profile;

/** Everything that makes another measurement of it, by what is said of the difference. */
const CHANGES: Readonly<Record<string, ProfileIdentity>> = {
  'artifacts.model.onnx': { ...identity, artifacts: { 'model.onnx': 'a'.repeat(64) } },
  settings: { ...identity, settings: 'b'.repeat(64) },
  'backend.engineVersion 1.30.0, now 1.31.0': {
    ...identity,
    backend: { ...identity.backend, engineVersion: '1.31.0' },
  },
  'backend.packageVersion': { ...identity, backend: { ...identity.backend, packageVersion: '1.0.1' } },
  'backend.options.graphOptimizationLevel absent, now all': {
    ...identity,
    backend: { ...identity.backend, options: { graphOptimizationLevel: 'all' } },
  },
  'device cpu, now null': { ...identity, device: null },
  'threads 1, now 2': { ...identity, threads: 2 },
  'replicas 1, now 2': { ...identity, replicas: 2 },
  'batch 1, now 4': { ...identity, batch: 4 },
  'isolation process, now thread': { ...identity, isolation: 'thread' },
  'hardware.cpu.flagsSha256': {
    ...identity,
    hardware: { ...identity.hardware, cpu: { ...identity.hardware.cpu, flagsSha256: '' } },
  },
  'hardware.limits.cpuQuota null, now 1.5': {
    ...identity,
    hardware: { ...identity.hardware, limits: { ...identity.hardware.limits, cpuQuota: 1.5 } },
  },
  'hardware.gpus': {
    ...identity,
    hardware: { ...identity.hardware, gpus: [{ name: 'GPU', driver: '550' }] },
  },
  'hardware.os.release': {
    ...identity,
    hardware: { ...identity.hardware, os: { ...identity.hardware.os, release: '6.2.0' } },
  },
};

describe('a profile', () => {
  it('is found again by what it is of, whatever the order of keys', async () => {
    await store.write(profile);
    const turned = Object.fromEntries(Object.entries(identity).toReversed()) as ProfileIdentity;
    expect(await store.read(turned)).toEqual(profile);
    expect(readdirSync(dir)).toEqual([`${profileKey(identity)}.json`]);
    await store.remove(identity);
    expect(await store.read(identity)).toBeUndefined();
  });

  it.each(Object.entries(CHANGES))('is not found when %s differs', async (said, changed) => {
    await store.write(profile);
    expect(await store.read(changed)).toBeUndefined();
    expect(identityDifferences(identity, changed)).toEqual([expect.stringContaining(said)]);
  });

  it('that was cut off, changed or renamed is a problem and no profile', async () => {
    await store.write(profile);
    const whole = JSON.stringify(profileOf({ threads: 2 }));
    writeFileSync(join(dir, 'cut.json'), whole.slice(0, -20));
    writeFileSync(join(dir, 'renamed.json'), whole);
    writeFileSync(join(dir, 'wrong.json'), JSON.stringify({ ...profile, loads: ['fast'] }));
    writeFileSync(join(dir, 'note.txt'), 'not looked at');
    const { profiles, problems } = await store.readAll();
    expect(profiles).toEqual([profile]);
    expect(problems.map(({ message }) => message.replace(dir, ''))).toEqual([
      expect.stringContaining('is no JSON'),
      expect.stringContaining('its name is not that of its content'),
      expect.stringContaining('loads.0'),
    ]);
  });

  it('of a folder that is not there is none', async () => {
    expect(await new ProfileStore(join(dir, 'absent')).readAll()).toEqual({ profiles: [], problems: [] });
  });
});

it('profiles travel as a bundle, and the later of two stays', async () => {
  const older = profileOf({ threads: 2, measuredAt: '2026-01-01T00:00:00.000Z' });
  const newer = profileOf({ threads: 2, measuredAt: '2026-02-01T00:00:00.000Z' });
  await store.write(newer);
  const bundle = fromBundle(toBundle([profile, older]), 'fleet.json');
  expect(await importProfiles(store, bundle)).toEqual({ taken: 1, older: 1 });
  expect(await store.read(newer.identity)).toEqual(newer);
  expect(await store.read(identity)).toEqual(profile);
  expect(() => fromBundle('{"kind":"other"}', 'fleet.json')).toThrow(/fleet\.json: kind/);
});

it('profilesDirectory', () => {
  const home = { HOME: '/users/u', LOCALAPPDATA: '/users/u' };
  expect(profilesDirectory({ ...home, CARE_PROFILES_DIR: '/p' })).toBe('/p');
  expect(profilesDirectory({ ...home, MODEL_CACHE_DIR: '/m', CARE_PROFILES_DIR: '' })).toBe(
    join('/m', 'profiles'),
  );
  expect(profilesDirectory({ ...home, MODEL_CACHE_DIR: '/m', CARE_CACHE_DIR: '/c' })).toBe(
    join('/c', 'profiles'),
  );
  expect(profilesDirectory({ ...home, XDG_CACHE_HOME: '/x' }).endsWith(join('care', 'profiles'))).toBe(true);
});
