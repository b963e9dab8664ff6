import { parseModelReference } from '@care/registry-core';
import { expect, it } from 'vitest';
import { throughGateway } from './api/roboflow-api.js';
import { classicDetector, packagedDetector } from './models.fixture.js';
import { registryOf, startServer } from './registry.fixture.js';
import { closed, listen, port } from './testing/content-server.js';

it('wraps an address once', () => {
  const once = throughGateway('https://a/b?c=d e', 'http://gw/edge');
  expect(once).toBe('http://gw/edge/proxy?url=https%3A%2F%2Fa%2Fb%3Fc%3Dd%20e');
  expect(throughGateway(once, 'http://gw/edge')).toBe(once);
  expect(throughGateway('https://a', undefined)).toBe('https://a');
});

it.each(['models', 'classic'] as const)('asks for everything through the gateway (%s)', async (protocol) => {
  const server = await startServer();
  server.serve(
    'ward/3',
    protocol === 'models' ? { packaged: packagedDetector() } : { classic: classicDetector() },
  );
  const asked: string[] = [];
  const gateway = await listen((request, response) => {
    const target = new URL(request.url ?? '/', 'http://gw').searchParams.get('url') ?? '';
    asked.push(new URL(target).pathname);
    const { authorization } = request.headers;
    void fetch(target, authorization === undefined ? {} : { headers: { authorization } }).then(
      async (answer) => {
        response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
      },
    );
  }, '127.0.0.1');
  try {
    const env = { SECURE_GATEWAY: `127.0.0.1:${port(gateway)}` };
    const registry = await registryOf(server, { env, options: { protocol } });
    const model = await registry.resolve(parseModelReference('ward/3'));
    await registry.fetch?.(model, model.variants[0]?.id ?? '');
    const storage = asked.filter((path) => path.startsWith('/storage/'));
    expect(asked.length - storage.length).toBe(1);
    expect(storage.length).toBe(protocol === 'models' ? 3 : 2);
  } finally {
    await closed(gateway);
  }
});
