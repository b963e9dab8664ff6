import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCare } from '@care/model-manager';
import { silentLogger } from '@care/registry-core';
import { createModelServer } from './model-server.js';
import { createServerLogger } from './server-logger.js';
import { ModelsFolder, picture, TOKEN } from './served-models.fixture.js';

/** Matrix products that keep a worker busy for some tenths of a second. */
const SLOW = 60;

let folder: ModelsFolder;
beforeEach(() => {
  folder = new ModelsFolder();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error(`waited in vain for ${what}`);
}

async function predict(url: string, init: RequestInit = {}): Promise<Response> {
  const body = new Uint8Array(await picture());
  return await fetch(`${url}/v1/models/boxes/predict`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'image/png' },
    ...init,
  });
}

const metric = async (url: string, pattern: RegExp): Promise<number> =>
  Number(pattern.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? NaN);

describe('a server in trouble', () => {
  it('turns away what it cannot take, with a time to come back, and forgets who has gone', async () => {
    folder.detector('boxes', { steps: SLOW });
    const { url } = await folder.serve({ deployment: { load: { queueLimit: 2 } } });
    const gone = new AbortController();
    const first = predict(url);
    await until('the first to run', async () => (await metric(url, /^care_in_flight\{.*\} (\d+)$/m)) === 1);
    const waiting = [predict(url, { signal: gone.signal }), predict(url)];
    await until('two to wait', async () => (await metric(url, /^care_queue_length\{.*\} (\d+)$/m)) === 2);
    const refused = await predict(url);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { code: 'OVERLOADED' } });
    gone.abort();
    await expect(waiting[0]).rejects.toThrow();
    await until(
      'its place to be free',
      async () => (await metric(url, /^care_queue_length\{.*\} (\d+)$/m)) < 2,
    );
    expect((await first).status).toBe(200);
    expect((await waiting[1])?.status).toBe(200);
    const late = await fetch(`${url}/v1/models/boxes/predict?timeout_ms=1`, {
      method: 'POST',
      body: new Uint8Array(await picture()),
      headers: { 'content-type': 'image/png' },
    });
    expect(late.status).toBe(504);
  });

  it('serves on when a new version is no model, and tells why to those who may know', async () => {
    folder.detector('boxes', { version: '1.0.0' });
    const { url } = await folder.serve({ adminToken: TOKEN, deployment: { load: { isolation: 'process' } } });
    if (process.platform === 'linux') {
      // More than a megabyte: a process with an engine and a model.
      const memory = await metric(
        url,
        /^care_resident_memory_bytes\{model="boxes",version="1.0.0",backend="ort"\} (\d+)$/m,
      );
      expect(memory).toBeGreaterThan(2 ** 20);
    }
    folder.detector('boxes', { version: '1.1.0' });
    folder.write('models/boxes-1.1.0.onnx', 'no model');
    await until(
      'the refusal',
      async () => (await metric(url, /^care_reloads_total\{.*outcome="refused".*\} (\d+)$/m)) > 0,
    );
    const answer = await predict(url);
    expect([answer.status, answer.headers.get('x-care-version')]).toEqual([200, '1.0.0']);
    const publicText = await (await fetch(`${url}/v1/models/boxes`)).text();
    expect(publicText).toContain('"problem":{"code":');
    expect(publicText).not.toContain(folder.dir);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const adminText = await (await fetch(`${url}/v1/models/boxes`, { headers })).text();
    expect(adminText).toContain('boxes-1.1.0.onnx');
    expect(folder.log.some(({ event }) => JSON.stringify(event ?? {}).includes('"kind":"refused"'))).toBe(
      true,
    );
    folder.detector('boxes', { version: '1.1.0', width: 16 });
    await until('the good file', async () => (await predict(url)).headers.get('x-care-version') === '1.1.0');
  });

  it('is not ready while a model cannot be served, and serves the others', async () => {
    folder.detector('boxes');
    folder.detector('broken');
    folder.write('models/broken.onnx', 'no model');
    const { url, server } = await folder.serve();
    expect(server.ready).toBe(false);
    expect((await fetch(`${url}/v2/health/ready`)).status).toBe(503);
    expect((await fetch(`${url}/v2/models/broken/ready`)).status).toBe(503);
    expect((await predict(url)).status).toBe(200);
    const asked = await fetch(`${url}/v2/models/broken`);
    expect(asked.status).toBeGreaterThanOrEqual(400);
    expect(await asked.text()).not.toContain(folder.dir);
    folder.detector('broken');
    await until('the mended model', async () => (await fetch(`${url}/v2/health/ready`)).ok);
  });

  it('answers what it accepted when it ends, and lets go of who listens', async () => {
    folder.detector('boxes', { steps: SLOW });
    const { url, server } = await folder.serve();
    const stream = await fetch(`${url}/v1/events`);
    const requests = [predict(url), predict(url)];
    await until('both to be in', async () => (await metric(url, /^care_in_flight\{.*\} (\d+)$/m)) === 2);
    const closing = server.close();
    expect(server.ready).toBe(false);
    for (const request of requests) expect((await request).status).toBe(200);
    expect(await closing).toBe(0);
    expect(await stream.text()).toContain('retry:');
    await expect(fetch(`${url}/v2`)).rejects.toThrow();
  });

  it('ends at once while its models are being loaded', async () => {
    folder.detector('boxes');
    await using care = await createCare({ root: folder.dir, ...folder.plugins, logger: silentLogger });
    const server = await createModelServer({ care, logger: createServerLogger('silent') });
    await server.listen({ port: 0 });
    expect(server.ready).toBe(false);
    expect(await server.close()).toBe(0);
    await server.started();
    expect(server.models).toMatchObject([{ name: 'boxes', deployment: { ready: false } }]);
  });

  it('does not start with options that make no sense', async () => {
    await using care = await createCare({ root: folder.dir, logger: silentLogger });
    for (const options of [
      { adminToken: 'short' },
      { adminToken: 'with a space in the middle' },
      { maxBodyBytes: 0 },
      { drainMs: NaN },
    ])
      await expect(createModelServer({ care, ...options })).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
      });
    await expect(createModelServer({ care, models: ['../up'] })).rejects.toMatchObject({
      code: 'REFERENCE_INVALID',
    });
  });
});
