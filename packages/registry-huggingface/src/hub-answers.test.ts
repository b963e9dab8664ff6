import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HubHost, fetched, resolve } from './testing/hub-host.fixture.js';
import { classifierFiles } from './testing/hub-models.fixture.js';

const TOKEN = 'hf_reader';

async function gatedHost(): Promise<HubHost> {
  const host = await HubHost.start();
  host.server.tokens.add(TOKEN).add('hf_stranger');
  await host.server.publish('care/private', classifierFiles(), { readers: [TOKEN] });
  await host.server.publish('care/gated', classifierFiles(), { accepted: [TOKEN] });
  await host.server.publish('care/public', classifierFiles());
  return host;
}

describe('private and gated repositories', () => {
  it.each([
    ['care/private', undefined, 'MODEL_NOT_FOUND', /set HF_TOKEN/],
    ['care/private', 'hf_stranger', 'MODEL_NOT_FOUND', /must be of an account that may read it/],
    ['care/nothing', undefined, 'MODEL_NOT_FOUND', /Check the name/],
    ['care/gated', undefined, 'UNAUTHORIZED', /Accept the conditions at .*set HF_TOKEN/],
    [
      'care/gated',
      'hf_stranger',
      'UNAUTHORIZED',
      /Accept the conditions at .*with the account of the access token/,
    ],
    ['care/public', 'hf_expired', 'UNAUTHORIZED', /Make a new one/],
    ['care/public@v9', undefined, 'MODEL_NOT_FOUND', /leave out what follows the @/],
  ] as const)('%s with the token %s is %s', async (name, token, code, remedy) => {
    const host = await gatedHost();
    const registry = host.registry({ env: token === undefined ? {} : { HF_TOKEN: token } });
    await expect(resolve(registry, name)).rejects.toMatchObject({
      code,
      remedy: expect.stringMatching(remedy) as string,
    });
  });

  it.each(['care/private', 'care/gated'])(
    '%s is fetched with its token, from variable or file',
    async (name) => {
      const host = await gatedHost();
      await expect(fetched(host.registry({ env: { HF_TOKEN: TOKEN } }), name)).resolves.toBeDefined();
      await mkdir(join(host.folder, 'hf'), { recursive: true });
      await writeFile(join(host.folder, 'hf', 'token'), `${TOKEN}\n`);
      await expect(fetched(host.registry(), name, 'onnx-fp16')).resolves.toBeDefined();
      await writeFile(join(host.folder, 'other'), TOKEN);
      await writeFile(join(host.folder, 'hf', 'token'), 'hf_expired');
      const env = { HF_TOKEN_PATH: '$HOME/other' };
      await expect(fetched(host.registry({ env }), name, 'onnx-quantized')).resolves.toBeDefined();
      const asked = host.server.requests.length;
      const silent = host.registry({ env: { ...env, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' } });
      await resolve(silent, name).catch(() => undefined);
      const sent = host.server.requests.slice(asked).map(({ headers }) => headers.authorization);
      expect(sent.length).toBeGreaterThan(0);
      expect(sent.filter((header) => header !== undefined)).toEqual([]);
    },
  );
});

describe('a Hub in trouble', () => {
  it.each([
    ['429', { status: 429, headers: { 'Retry-After': '0' } }],
    ['503', { status: 503, headers: { 'Retry-After': '0' } }],
    ['a lost connection', { cutAfter: 3 }],
    ['a wrong length', { shortBy: 5 }],
    ['a damaged file', { flipBit: true }],
  ] as const)('%s once is nothing that anybody notices', async (_, fault) => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    host.server.fail(/^cdn GET/, fault, 1);
    if ('status' in fault) host.server.fail(/^hub GET \/api/, fault, 1);
    await expect(fetched(host.registry(), 'care/postures')).resolves.toBeDefined();
  });

  it('signed addresses that expired are asked for anew', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    host.server.fail(/^cdn GET/, { status: 403, body: '<Error><Code>ExpiredToken</Code></Error>' }, 1);
    await expect(fetched(host.registry(), 'care/postures')).resolves.toBeDefined();
  });

  it('a small file that is damaged is refused', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    host.server.fail(/resolve.*config\.json$/, { flipBit: true });
    await expect(resolve(host.registry(), 'care/postures')).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
    });
  });

  it.each([
    ['no JSON', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>log in</html>' }],
    ['other JSON', { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"sha":7}' }],
    ['an error of its own', { status: 418, body: 'teapot' }],
    [
      'a disabled repository',
      { status: 403, headers: { 'X-Error-Message': 'Access to this resource is disabled.' } },
    ],
  ])('%s is REGISTRY_UNAVAILABLE', async (_, fault) => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    host.server.fail(/^hub GET \/api/, fault);
    await expect(resolve(host.registry(), 'care/postures')).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });

  it('a model that was resolved before is answered from the cache, and says so; a new one is not', async () => {
    const host = await HubHost.start();
    const { sha } = await host.server.publish('care/postures', classifierFiles());
    await host.server.publish('care/unknown', classifierFiles());
    await fetched(host.registry(), 'care/postures');
    const before = host.server.requests.length;
    const offline = host.registry({ offline: true });
    const model = await fetched(offline, 'care/postures');
    expect(model).toMatchObject({ version: sha, stale: { reason: 'the host is offline' } });
    await expect(resolve(offline, 'care/unknown')).rejects.toMatchObject({ code: 'OFFLINE' });
    await expect(offline.fetch?.(model, 'onnx-quantized')).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(host.server.requests).toHaveLength(before);

    host.server.fail(/^hub/, { status: 500, headers: { 'Retry-After': '0' } });
    const down = host.registry();
    await expect(resolve(down, 'care/postures')).resolves.toMatchObject({
      version: sha,
      stale: { reason: expect.stringContaining('answered 500') as string },
    });
    await expect(resolve(down, 'care/unknown')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    host.server.recover();
    await expect(resolve(down, 'care/postures')).resolves.not.toHaveProperty('stale');
  });

  it('many fetches at once are one download', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    const registries = [host.registry(), host.registry(), host.registry()];
    await Promise.all(registries.map((registry) => fetched(registry, 'care/postures')));
    expect(
      host.server.requests.filter(({ host: at, method }) => at === 'cdn' && method === 'GET'),
    ).toHaveLength(1);
  });
});
