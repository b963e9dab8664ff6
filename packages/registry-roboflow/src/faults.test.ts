import { readFile } from 'node:fs/promises';
import { isCareError, parseModelReference, type ModelPackage, type ModelRegistry } from '@care/registry-core';
import { describe, expect, it, vi } from 'vitest';
import { classicDetector, detectorModel, packagedDetector } from './models.fixture.js';
import { registryOf, startServer, temporaryFolder, type SetUp } from './registry.fixture.js';
import type { ApiFault, ContentFault, RoboflowServer } from './testing/index.js';

const REFERENCE = parseModelReference('ward/3');

async function outcome(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'answered';
  } catch (error) {
    return isCareError(error) ? error.code : String(error);
  }
}

async function load(registry: ModelRegistry, signal?: AbortSignal): Promise<ModelPackage | undefined> {
  const model = await registry.resolve(REFERENCE, signal === undefined ? {} : { signal });
  return await registry.fetch?.(model, model.variants[0]?.id ?? '', signal === undefined ? {} : { signal });
}

async function served(protocol: 'models' | 'classic'): Promise<RoboflowServer> {
  const server = await startServer();
  server.serve(
    'ward/3',
    protocol === 'models' ? { packaged: packagedDetector() } : { classic: classicDetector() },
  );
  return server;
}

describe.each(['models', 'classic'] as const)('the %s protocol answers', (protocol) => {
  const setUp: SetUp = { options: { protocol, attempts: 2, timeoutSeconds: 1 } };
  const twice = (fault: ApiFault): ApiFault[] => [fault, fault];
  const cases: [string, readonly ApiFault[], string, RegExp][] = [
    ['401', [{ status: 401 }], 'UNAUTHORIZED', /does not accept the API key/],
    ['402', [{ status: 402 }], 'UNAUTHORIZED', /credits/],
    ['403', [{ status: 403 }], 'UNAUTHORIZED', /does not let this API key/],
    ['404', [{ status: 404 }], 'MODEL_NOT_FOUND', /has no model "ward\/3"/],
    ['423', [{ status: 423 }], 'UNAUTHORIZED', /paused/],
    ['408 twice', twice({ status: 408 }), 'REGISTRY_TIMEOUT', /too long/],
    ['429 twice', twice({ status: 429, headers: { 'retry-after': '0' } }), 'REGISTRY_UNAVAILABLE', /refuses/],
    ['503 twice', twice({ status: 503 }), 'REGISTRY_UNAVAILABLE', /503/],
    ['500 twice', twice({ status: 500 }), 'REGISTRY_UNAVAILABLE', /500/],
    ['418', [{ status: 418 }], 'REGISTRY_UNAVAILABLE', /418/],
    ['a page of a portal', [{ status: 200, body: '<html>' }], 'REGISTRY_UNAVAILABLE', /JSON/],
    [
      'a document of another kind',
      [{ status: 200, body: '{"a":1}' }],
      'REGISTRY_UNAVAILABLE',
      /cannot be read/,
    ],
    ['a broken connection twice', twice({ kind: 'broken' }), 'REGISTRY_UNAVAILABLE', /./],
    ['nothing', twice({ kind: 'stalls' }), 'REGISTRY_TIMEOUT', /1000 ms/],
  ];

  it.each(cases)('%s', async (_, faults, code, message) => {
    const server = await served(protocol);
    server.fail(...faults);
    const error: unknown = await (
      await registryOf(server, setUp)
    )
      .resolve(REFERENCE)
      .catch((caught: unknown) => caught);
    if (!isCareError(error)) throw new Error(`no CareError: ${String(error)}`);
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(error.remedy).not.toBe('');
  });

  it('and a fault that passes is not seen', async () => {
    const server = await served(protocol);
    server.fail({ status: 503 });
    expect((await (await registryOf(server, setUp)).resolve(REFERENCE)).modelId).toBe('ward/3');
  });
});

describe('a download', () => {
  const weights = { models: 'ward/3 aaaa weights.onnx', classic: 'ward/3 weights' } as const;
  const cases: [string, ContentFault][] = [
    ['a wrong Content-Length', { kind: 'wrong-length' }],
    ['a truncated body', { kind: 'truncated' }],
    ['a reset connection', { kind: 'broken' }],
    ['503', { status: 503 }],
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
    ['an expired signature', { status: 403 }],
  ];

  describe.each(['models', 'classic'] as const)('by the %s protocol', (protocol) => {
    it.each(cases)('survives %s', async (_, fault) => {
      const server = await served(protocol);
      server.content.fail(weights[protocol], fault);
      const local = await load(await registryOf(server, { options: { attempts: 3 } }));
      const path = local?.variants[0]?.artifacts[0]?.path ?? '';
      expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(detectorModel()));
    });

    it('asks for URLs anew when they have expired since', async () => {
      const server = await served(protocol);
      const registry = await registryOf(server);
      const model = await registry.resolve(REFERENCE);
      server.content.expireAll();
      const local = await registry.fetch?.(model, model.variants[0]?.id ?? '');
      expect(local?.variants[0]?.artifacts[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    });

    it('is done once, and shared with later registries', async () => {
      const server = await served(protocol);
      const cacheDir = await temporaryFolder();
      const registry = await registryOf(server, { cacheDir });
      await Promise.all([load(registry), load(registry), load(await registryOf(server, { cacheDir }))]);
      await load(await registryOf(server, { cacheDir }));
      const asked = server.content.requests.filter(({ url }) => url.includes('weights'));
      expect(asked).toHaveLength(1);
    });

    it('ends when it is cancelled', async () => {
      const server = await served(protocol);
      const registry = await registryOf(server);
      const model = await registry.resolve(REFERENCE);
      server.content.fail(weights[protocol], { kind: 'stalls' });
      const controller = new AbortController();
      const run = registry.fetch?.(model, model.variants[0]?.id ?? '', { signal: controller.signal });
      await vi.waitFor(() =>
        expect(server.content.requests.some(({ url }) => url.includes('weights'))).toBe(true),
      );
      controller.abort();
      expect(await outcome(run ?? Promise.resolve())).toBe('ABORTED');
      expect(await outcome(load(registry))).toBe('answered');
    });
  });

  it('of other bytes than the API states is refused', async () => {
    const server = await served('models');
    const wrong: ContentFault = { kind: 'other-bytes' };
    server.content.fail(weights.models, wrong, wrong, wrong, wrong);
    expect(await outcome(load(await registryOf(server)))).toMatch(/ARTIFACT_CORRUPT|DOWNLOAD_FAILED/);
  });

  it('tells how far it is', async () => {
    const server = await served('models');
    const registry = await registryOf(server);
    const model = await registry.resolve(REFERENCE);
    const seen: number[] = [];
    await registry.fetch?.(model, model.variants[0]?.id ?? '', {
      onProgress: ({ artifact, receivedBytes }) => {
        expect(artifact).toBe('weights.onnx');
        seen.push(receivedBytes);
      },
    });
    expect(seen.at(-1)).toBe(detectorModel().length);
  });
});

describe('without network', () => {
  it.each(['models', 'classic'] as const)(
    'a known model runs from the cache and says so (%s)',
    async (protocol) => {
      const server = await served(protocol);
      const cacheDir = await temporaryFolder();
      const online = await load(await registryOf(server, { cacheDir }));
      await server.close();
      const before = server.requests.length;
      for (const setUp of [
        { options: { attempts: 1, timeoutSeconds: 1 } },
        { offline: true },
        { env: { OFFLINE_MODE: 'true' } },
      ]) {
        const { stale, ...model } = (await load(await registryOf(server, { cacheDir, ...setUp }))) ?? {};
        expect(model).toEqual(online);
        expect(stale?.reason).not.toBe('');
      }
      expect(server.requests).toHaveLength(before);
    },
  );

  it('an unknown one is OFFLINE, and a known one whose files are not here cannot be fetched', async () => {
    const server = await served('models');
    const cacheDir = await temporaryFolder();
    const offline = await registryOf(server, { cacheDir, offline: true });
    expect(await outcome(offline.resolve(REFERENCE))).toBe('OFFLINE');
    await (await registryOf(server, { cacheDir })).resolve(REFERENCE);
    expect(await outcome(offline.resolve(REFERENCE))).toBe('answered');
    expect(await outcome(load(offline))).toBe('OFFLINE');
  });

  it('a refusal is an answer: what was known does not take its place', async () => {
    const server = await served('models');
    const registry = await registryOf(server);
    await load(registry);
    for (const status of [401, 402, 403, 423]) {
      server.fail({ status });
      expect(await outcome(registry.resolve(REFERENCE))).toBe('UNAUTHORIZED');
    }
  });

  it('“not found” is remembered for seconds, in this process', async () => {
    const server = await served('models');
    const cacheDir = await temporaryFolder();
    const registry = await registryOf(server, { cacheDir });
    const other = parseModelReference('other/1');
    expect(await outcome(registry.resolve(other))).toBe('MODEL_NOT_FOUND');
    const asked = server.requests.length;
    expect(await outcome(registry.resolve(other))).toBe('MODEL_NOT_FOUND');
    expect(server.requests).toHaveLength(asked);
    server.serve('other/1', { packaged: packagedDetector() });
    expect(await outcome((await registryOf(server, { cacheDir })).resolve(other))).toBe('answered');
  });
});
