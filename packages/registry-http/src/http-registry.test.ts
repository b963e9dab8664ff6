import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryContract } from '@care/plugin-testkit';
import {
  createRegistry,
  isCareError,
  parseModelReference,
  silentLogger,
  type ModelRegistry,
  type RegistryChange,
} from '@care/registry-core';
import { sha256OfFile } from '@care/model-manifest';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { constantDetector } from './constant-detector.fixture.js';
import definition from './index.js';
import { modelServer, type ModelServer } from './model-server.fixture.js';

const WAIT = { timeout: 10_000, interval: 20 };

/** A detector of two classes for 32 px, whose weights differ with `seed`. */
const detector = (seed: number): Uint8Array => constantDetector(new Float32Array(6 * 21).fill(seed));

const manifest = (version: string, changes: object = {}): object => ({
  model_id: 'fall-detector',
  version,
  task_type: 'object-detection',
  model_path: `${version}.onnx`,
  class_names: ['standing', 'lying'],
  input_size: [32, 32],
  ...changes,
});

interface Host {
  readonly server: ModelServer;
  readonly cacheDir: string;
  readonly registry: (options?: object, env?: Record<string, string>) => ModelRegistry;
  readonly close: () => Promise<void>;
}

async function host(): Promise<Host> {
  const server = await modelServer();
  const cacheDir = await mkdtemp(join(tmpdir(), 'registry-http-'));
  const open: ModelRegistry[] = [];
  server.put('index.json', { manifests: ['fall/1.0.0.json', 'fall/1.1.0.json'] });
  for (const [at, version] of ['1.0.0', '1.1.0'].entries()) {
    server.put(`fall/${version}.json`, manifest(version));
    server.put(`fall/${version}.onnx`, detector(at));
  }
  return {
    server,
    cacheDir,
    registry: (options = {}, env = {}) => {
      const offline = env.CARE_OFFLINE === '1';
      const context = { rootDir: cacheDir, env: { NO_PROXY: '*', ...env }, logger: silentLogger, offline };
      const made = createRegistry(
        definition,
        { index: server.index, cacheDir, freshSeconds: 0, ...options },
        context,
      );
      open.push(made);
      return made;
    },
    close: async () => {
      for (const registry of open) await registry.dispose?.();
      await server.close();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}

async function finished(): Promise<Host> {
  const made = await host();
  onTestFinished(() => made.close());
  return made;
}

const ask = (registry: ModelRegistry, reference: string) => registry.resolve(parseModelReference(reference));

registryContract(async () => {
  const made = await host();
  return {
    registry: made.registry(),
    dispose: () => made.close(),
    definition,
    has: 'fall-detector@1.0.0',
    missing: 'bed-detector',
  };
});

describe('models of a file server', () => {
  it('are resolved by version, range and alias, and brought when they are fetched', async () => {
    const { server, registry } = await finished();
    server.put('index.json', {
      manifests: ['fall/1.0.0.json', 'fall/1.1.0.json'],
      deployments: ['fall-detector.deployment.json'],
    });
    const stated = { model_id: 'fall-detector', traffic: { '1.0.0': 1 }, aliases: { champion: '1.0.0' } };
    server.put('fall-detector.deployment.json', stated);
    const models = registry();
    expect((await ask(models, 'fall-detector')).version).toBe('1.1.0');
    expect((await ask(models, 'fall-detector@~1.0')).version).toBe('1.0.0');
    const champion = await ask(models, 'fall-detector@champion');
    expect(champion.variants[0]?.artifacts[0]?.path).toBeUndefined();
    expect(await models.deployment?.('fall-detector')).toMatchObject({ traffic: { '1.0.0': 1 } });
    const progress: number[] = [];
    const local = await models.fetch?.(champion, 'onnx-fp32', {
      onProgress: ({ receivedBytes }) => progress.push(receivedBytes),
    });
    const [variant] = local?.variants ?? [];
    const [artifact] = variant?.artifacts ?? [];
    expect(await sha256OfFile(artifact?.path ?? '')).toBe(artifact?.sha256);
    expect(await readFile(artifact?.path ?? '')).toEqual(Buffer.from(detector(0)));
    expect(variant?.inputs).toEqual([{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }]);
    expect(progress.at(-1)).toBe(detector(0).length);
  });

  it('are not transferred again while the server says that they are the same', async () => {
    const { server, registry } = await finished();
    const first = registry();
    await first.fetch?.(await ask(first, 'fall-detector'), 'onnx-fp32');
    server.seen.length = 0;
    await first.fetch?.(await ask(first, 'fall-detector'), 'onnx-fp32');
    expect(new Set(server.seen.map(({ status }) => status))).toEqual(new Set([304, 200]));
    expect(server.seen.filter(({ method, status }) => method === 'GET' && status === 200)).toEqual([]);
    server.put('fall/1.1.0.onnx', detector(7));
    const changed = await first.fetch?.(await ask(first, 'fall-detector'), 'onnx-fp32');
    expect(await readFile(changed?.variants[0]?.artifacts[0]?.path ?? '')).toEqual(Buffer.from(detector(7)));
  });

  it('run from the cache without the server, and say so', async () => {
    const { server, registry } = await finished();
    const online = registry();
    await online.fetch?.(await ask(online, 'fall-detector@1.0.0'), 'onnx-fp32');
    server.seen.length = 0;
    const offline = registry({}, { CARE_OFFLINE: '1' });
    const model = await ask(offline, 'fall-detector@1.0.0');
    expect(model.stale?.reason).toMatch(/offline/i);
    expect((await offline.fetch?.(model, 'onnx-fp32'))?.variants[0]?.artifacts[0]?.path).toBeDefined();
    expect(server.seen).toEqual([]);
    await expect(
      offline.fetch?.(await ask(offline, 'fall-detector@1.1.0'), 'onnx-fp32'),
    ).rejects.toMatchObject({ code: 'OFFLINE' });
    await server.close();
    expect((await ask(registry(), 'fall-detector@1.0.0')).stale?.since).toMatch(/^\d{4}-/);
  }, 30_000);

  it.each([
    ['the index is not there', (server: ModelServer) => server.remove('index.json'), 'REGISTRY_UNAVAILABLE'],
    ['the index is no JSON', (server: ModelServer) => server.put('index.json', '{'), 'MANIFEST_INVALID'],
    [
      'the index has an unknown field',
      (server: ModelServer) => server.put('index.json', { models: [] }),
      'MANIFEST_INVALID',
    ],
    ['nobody may read it', (server: ModelServer) => (server.token = 'another'), 'UNAUTHORIZED'],
    [
      'the manifest is broken',
      (server: ModelServer) => server.put('fall/1.0.0.json', '{'),
      'MANIFEST_INVALID',
    ],
    [
      'the manifest names a file outside',
      (server: ModelServer) =>
        server.put('fall/1.0.0.json', manifest('1.0.0', { model_path: '../../secret.onnx' })),
      'PATH_FORBIDDEN',
    ],
    [
      'the manifest names another server',
      (server: ModelServer) =>
        server.put('fall/1.0.0.json', manifest('1.0.0', { model_path: 'http://other.example/m.onnx' })),
      'PATH_FORBIDDEN',
    ],
  ])('%s: a clear error', async (_, spoil, code) => {
    const { server, registry } = await finished();
    server.put('index.json', { manifests: ['fall/1.0.0.json'] });
    spoil(server);
    const models = registry();
    await expect(ask(models, 'fall-detector')).rejects.toSatisfy(
      (error) => isCareError(error) && error.code === code,
    );
  });

  it('a file that is not what the manifest states is refused', async () => {
    const { server, registry } = await finished();
    server.put('fall/1.1.0.json', manifest('1.1.0', { sha256: 'a'.repeat(64) }));
    const models = registry();
    const model = await ask(models, 'fall-detector');
    await expect(models.fetch?.(model, 'onnx-fp32')).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' });
  });

  it('one broken manifest costs no other', async () => {
    const { server, registry } = await finished();
    server.put('fall/1.1.0.json', '{');
    expect((await ask(registry(), 'fall-detector')).version).toBe('1.0.0');
  });

  it('the token goes to the server and into nothing else', async () => {
    const marker = 'MARKER-5f1c';
    const { server, registry, cacheDir } = await finished();
    server.token = marker;
    const models = registry({}, { CARE_HTTP_TOKEN: marker });
    const model = await models.fetch?.(await ask(models, 'fall-detector'), 'onnx-fp32');
    server.token = 'another';
    const refused = await ask(models, 'fall-detector').catch((error: unknown) => error);
    expect(server.seen.some(({ authorization }) => authorization === `Bearer ${marker}`)).toBe(true);
    expect(JSON.stringify(model)).not.toContain(marker);
    expect(
      isCareError(refused) ? `${refused.stack ?? ''} ${JSON.stringify(refused.details)}` : marker,
    ).not.toContain(marker);
    for (const name of await readdir(cacheDir, { recursive: true, withFileTypes: true })) {
      expect(name.name).not.toContain(marker);
      if (name.isFile())
        expect((await readFile(join(name.parentPath, name.name))).includes(marker)).toBe(false);
    }
  });

  it('there are none without an index', async () => {
    const { registry } = await finished();
    const none = createRegistry(definition, {}, { rootDir: tmpdir(), env: {}, logger: silentLogger });
    expect(await none.list?.()).toEqual([]);
    await expect(ask(none, 'fall-detector')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect((await registry().list?.())?.map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
  });
});

describe('a watched server', () => {
  it('tells what is new, changed, gone or broken, also in a file whose manifest is the same', async () => {
    const { server, registry } = await finished();
    const told: string[] = [];
    const models = registry({ pollSeconds: 0.05, freshSeconds: 5 });
    const stop = await models.watch?.(({ kind, modelId, version }: RegistryChange) => {
      told.push(`${kind} ${modelId ?? ''}@${version ?? ''}`);
    });
    const next = (expected: string) => vi.waitFor(() => expect(told.at(-1)).toBe(expected), WAIT);
    server.put('fall/1.2.0.json', manifest('1.2.0', { model_path: '1.1.0.onnx' }));
    server.put('index.json', { manifests: ['fall/1.0.0.json', 'fall/1.1.0.json', 'fall/1.2.0.json'] });
    await next('added fall-detector@1.2.0');
    // What is told can be had at once, whatever was fresh a moment ago.
    expect((await ask(models, 'fall-detector')).version).toBe('1.2.0');
    server.put('fall/1.0.0.onnx', detector(9));
    await next('changed fall-detector@1.0.0');
    server.put('fall/1.2.0.json', '{"model_id": "fall-detector", "version": "1.2.0"');
    await next('invalid fall-detector@1.2.0');
    server.put(
      'fall/1.2.0.json',
      manifest('1.2.0', { model_path: '1.1.0.onnx', metadata: { mended: true } }),
    );
    await next('added fall-detector@1.2.0');
    server.put('d.deployment.json', { model_id: 'fall-detector', traffic: { '1.0.0': 1 } });
    server.put('index.json', {
      manifests: ['fall/1.0.0.json', 'fall/1.1.0.json'],
      deployments: ['d.deployment.json'],
    });
    await vi.waitFor(
      () =>
        expect(told.slice(-2).sort()).toEqual(['deployment fall-detector@', 'removed fall-detector@1.2.0']),
      WAIT,
    );
    const before = told.length;
    server.status = 503;
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.status = undefined;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toHaveLength(before);
    await stop?.();
  }, 40_000);
});
