import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { coded } from '../testing/coded.fixture.js';
import {
  detectorPackage,
  registryOf,
  scriptedHost,
  type ScriptedHost,
} from '../testing/scripted-host.fixture.js';
import { findHostRoot } from './host-root.js';

const hosts: ScriptedHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.dispose();
});

async function hostWith(packages: Parameters<typeof scriptedHost>[0] = {}): Promise<ScriptedHost> {
  const host = await scriptedHost(packages);
  hosts.push(host);
  return host;
}

/** A registry plugin that has one model named as itself; `body` replaces its factory. */
function registryPlugin(name: string, body?: string, field?: unknown): Record<string, string> {
  const answer = JSON.stringify(
    detectorPackage(
      [{ id: 'v', format: 'none', precision: 'fp32', artifacts: [{ name: 'm', role: 'model' }] }],
      { modelId: name },
    ),
  );
  const create =
    body ??
    `return { contract: 1, name: '${name}', resolve: async ({ modelId }) => {
      if (modelId === '${name}') return ${answer};
      throw Object.assign(new Error('no'), { [Symbol.for('care.error')]: true, code: 'MODEL_NOT_FOUND', remedy: '', details: {} });
    } };`;
  return {
    'package.json': JSON.stringify({
      name,
      version: '1.0.0',
      'care-registry': field ?? { contract: 1, registries: { [name]: './index.mjs' } },
    }),
    'index.mjs': `export default { contract: 1, kind: 'registry', name: '${name}',
      options: { safeParse: (data) => data.wrong ? { success: false, error: { issues: [{ path: ['wrong'], message: 'is wrong' }] } } : { success: true, data } },
      create: (options, context) => { ${create} } };`,
  };
}

describe('createCare', () => {
  it('finds registries and backends and asks them in order, the host’s own first', async () => {
    const host = await hostWith({ alpha: registryPlugin('alpha'), beta: registryPlugin('beta') });
    const care = await host.care({ order: ['beta'], registries: [registryOf([], 'own')] });
    expect(care.registry.members.map(({ registry }) => registry.name)).toEqual(['own', 'beta', 'alpha']);
    expect(care.plugins.map(({ descriptor, state }) => [descriptor.name, state])).toEqual(
      expect.arrayContaining([
        ['alpha', 'loaded'],
        ['beta', 'loaded'],
        ['scripted', 'found'],
      ]),
    );
    expect((await care.resolve('alpha')).registry).toBe('alpha');
    await expect(care.resolve('gamma')).rejects.toThrow(coded('MODEL_NOT_FOUND'));
  });

  it('survives broken plugins, shows them, and throws their failure to who asks for them', async () => {
    const host = await hostWith({
      alpha: registryPlugin('alpha'),
      throwing: registryPlugin('throwing', `throw new Error('factory trouble');`),
      misset: registryPlugin('misset'),
      syntax: { ...registryPlugin('syntax'), 'index.mjs': 'this is no javascript' },
      absent: registryPlugin('absent', undefined, { contract: 1, registries: { absent: './nowhere.mjs' } }),
      future: registryPlugin('future', undefined, { contract: 99, registries: { future: './index.mjs' } }),
    });
    const care = await host.care({ plugins: { misset: { wrong: true } } });
    expect((await care.resolve('alpha')).registry).toBe('alpha');
    const states = Object.fromEntries(care.plugins.map(({ descriptor, state }) => [descriptor.name, state]));
    expect(states).toMatchObject({ alpha: 'loaded', throwing: 'failed', misset: 'failed', syntax: 'failed' });
    expect(care.plugins.find(({ descriptor }) => descriptor.name === 'throwing')?.error).toEqual(
      coded('PLUGIN_INVALID', /factory trouble/),
    );
    expect(care.problems.map(({ packageName }) => packageName).toSorted()).toEqual(['absent', 'future']);
    await expect(care.resolve('throwing:x')).rejects.toThrow(coded('PLUGIN_INVALID', /factory trouble/));
    await expect(care.resolve('misset:x')).rejects.toThrow(coded('OPTIONS_INVALID', /wrong/));
    await expect(care.resolve('syntax:x')).rejects.toThrow(coded('PLUGIN_INVALID'));
    await expect(care.resolve('absent:x')).rejects.toThrow(coded('PLUGIN_INVALID', /nowhere/));
    const { failures } = await care.list();
    expect(failures.map(({ registry }) => registry)).toContain('throwing');
  });

  it('leaves out what the host disables, and lets a host registry stand for a plugin of its name', async () => {
    const host = await hostWith({ alpha: registryPlugin('alpha'), beta: registryPlugin('beta') });
    const care = await host.care({
      disable: ['alpha', 'backends/scripted'],
      registries: [registryOf([], 'beta')],
    });
    expect(care.registry.members.map(({ registry }) => registry.name)).toEqual(['beta']);
    expect(care.plugins.map(({ state }) => state)).toEqual(['disabled', 'disabled', 'disabled']);
    await expect(care.load('grey', { backend: 'scripted' })).rejects.toThrow(coded('MODEL_NOT_FOUND'));
  });

  it('imports no backend before it is needed, and a failing one is reported when it is', async () => {
    const broken = {
      'package.json': JSON.stringify({
        name: 'broken-backend',
        version: '1.0.0',
        'care-registry': { contract: 1, backends: { broken: './index.mjs' } },
      }),
      'index.mjs': `throw new Error('native library missing');`,
    };
    const host = await hostWith({ 'broken-backend': broken });
    const care = await host.care();
    expect(care.plugins.every(({ state }) => state === 'found')).toBe(true);
    const model = await care.load('grey');
    expect(model.servedBy.backend).toBe('scripted');
    await expect(care.load('grey', { backend: 'broken' })).rejects.toThrow(
      coded('PLUGIN_INVALID', /native library/),
    );
    await expect(care.probe('broken')).rejects.toThrow(coded('PLUGIN_INVALID', /native library/));
  });

  it('probes in a process of its own, so that a driver that aborts ends only that', async () => {
    const host = await hostWith();
    const care = await host.care();
    expect(await care.probe('scripted')).toMatchObject({ available: true, engineVersion: '1.0.0' });
    const crashing = await host.care({ plugins: { scripted: { crashOnProbe: true } } });
    await expect(crashing.probe('scripted')).rejects.toThrow(coded('WORKER_CRASHED'));
    await expect(care.probe('none')).rejects.toThrow(coded('PLUGIN_NOT_FOUND'));
  });

  it('dispose frees the models and refuses to load more', async () => {
    const host = await hostWith();
    const care = await host.care();
    const model = await care.load('grey');
    await Promise.all([care.dispose(), care.dispose()]);
    expect(model.stats.workers).toBe(0);
    await expect(care.load('grey')).rejects.toThrow(coded('DISPOSED'));
    await expect(care.probe('scripted')).rejects.toThrow(coded('DISPOSED'));
  });
});

describe('findHostRoot', () => {
  it('is the nearest folder with a package.json', async () => {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'care-root-')));
    try {
      const deep = join(root, 'app', 'src', 'deep');
      await mkdir(deep, { recursive: true });
      await writeFile(join(root, 'app', 'package.json'), '{}');
      expect(findHostRoot(deep)).toBe(join(root, 'app'));
      expect(findHostRoot(join(root, 'app'))).toBe(join(root, 'app'));
      expect(findHostRoot(parse(root).root)).toBeUndefined();
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
