import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageTensor, ModelsFolder, picture, SIDE, TOKEN } from './served-models.fixture.js';
import type { ModelServer } from './model-server.js';

let folder: ModelsFolder;
let url: string;
let server: ModelServer;
beforeAll(async () => {
  folder = new ModelsFolder();
  folder.detector('boxes', { version: '1.0.0', width: 32 });
  folder.detector('boxes', { version: '1.1.0', width: 16 });
  folder.detector('plain');
  ({ url, server } = await folder.serve({ adminToken: TOKEN, nvMetrics: true, maxBodyBytes: 1024 * 1024 }));
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const get = async (path: string, init: RequestInit = {}) => await fetch(`${url}${path}`, init);
const json = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> =>
  (await (await get(path, init)).json()) as Record<string, unknown>;
const post = async (path: string, body: object, headers: Record<string, string> = {}) =>
  await get(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const asAdmin = { authorization: `Bearer ${TOKEN}` };

const inferRequest = (more: object = {}) => ({
  id: 'request-7',
  inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, SIDE, SIDE], data: Array.from(imageTensor()) }],
  ...more,
});

describe('the Open Inference Protocol', () => {
  it('tells health, the server and the models', async () => {
    expect(await json('/v2/health/live')).toEqual({ live: true });
    expect(await json('/v2/health/ready')).toEqual({ ready: true });
    expect(await json('/v2')).toMatchObject({
      name: 'care',
      extensions: expect.arrayContaining(['statistics']) as unknown,
    });
    expect(await json('/v2/models/boxes')).toEqual({
      name: 'boxes',
      versions: ['1.1.0'],
      platform: 'onnx_onnxv1',
      inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, SIDE, SIDE] }],
      outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 6, 84] }],
    });
    expect(await json('/v2/models/boxes/versions/1.1.0/ready')).toEqual({ name: 'boxes', ready: true });
    expect(await json('/v2/models/boxes/config')).toMatchObject({
      max_batch_size: 0,
      input: [{ name: 'images', data_type: 'TYPE_FP32', dims: [1, 3, SIDE, SIDE] }],
    });
    for (const path of [
      '/v2/models/none',
      '/v2/models/none/ready',
      '/v2/models/boxes/versions/9',
      '/v2/models/..%2f..%2fetc',
    ]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.json()).toEqual({ error: expect.any(String) as unknown });
    }
  });

  it('infers in JSON, echoes the id, names what answered', async () => {
    const response = await post('/v2/models/boxes/infer', inferRequest());
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { outputs: { data: number[]; shape: number[] }[] };
    expect(answer).toMatchObject({
      model_name: 'boxes',
      model_version: '1.1.0',
      id: 'request-7',
      parameters: { backend: 'ort', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 6, 84] }],
    });
    // cx, cy, w, h: the first of each row.
    expect([0, 1, 2, 3].map((row) => answer.outputs[0]?.data[row * 84])).toEqual([32, 32, 16, 16]);
  });

  it('infers in binary, packed both ways', async () => {
    const tensor = Buffer.from(imageTensor().buffer);
    const head = Buffer.from(
      JSON.stringify({
        inputs: [
          {
            name: 'images',
            datatype: 'FP32',
            shape: [1, 3, SIDE, SIDE],
            parameters: { binary_data_size: tensor.length },
          },
        ],
        outputs: [{ name: 'output0', parameters: { binary_data: true } }],
      }),
    );
    const response = await get('/v2/models/boxes/versions/1.1.0/infer', {
      method: 'POST',
      body: gzipSync(Buffer.concat([head, tensor])),
      headers: {
        'content-encoding': 'gzip',
        'accept-encoding': 'gzip',
        'inference-header-content-length': String(head.length),
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const body = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length'));
    const answer = JSON.parse(body.subarray(0, length).toString()) as object;
    expect(answer).toMatchObject({ outputs: [{ parameters: { binary_data_size: 6 * 84 * 4 } }] });
    const values = new Float32Array(new Uint8Array(body.subarray(length)).buffer);
    expect(values).toHaveLength(6 * 84);
    expect(values[2 * 84]).toBe(16);
  });

  it('takes a raw body as the one input', async () => {
    const response = await get('/v2/models/plain/infer', {
      method: 'POST',
      body: Buffer.from(imageTensor().buffer),
      headers: { 'inference-header-content-length': '0' },
    });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('inference-header-content-length'))).toBeGreaterThan(0);
  });

  it.each<[string, object, RegExp]>([
    ['no inputs', { inputs: [] }, /at least one/],
    [
      'another shape',
      inferRequest({ inputs: [{ name: 'images', datatype: 'FP32', shape: [1], data: [1] }] }),
      /shape is \[1\]/,
    ],
    [
      'another type',
      inferRequest({ inputs: [{ name: 'images', datatype: 'INT8', shape: [1], data: [1] }] }),
      /int8/,
    ],
    ['an unknown output', inferRequest({ outputs: [{ name: 'nothing' }] }), /no output "nothing"/],
    [
      'no such datatype',
      inferRequest({ inputs: [{ name: 'images', datatype: 'BF16', shape: [1], data: [1] }] }),
      /not supported/,
    ],
  ])('refuses %s with 400', async (_what, body, message) => {
    const response = await post('/v2/models/boxes/infer', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(message) as unknown });
  });

  it('bounds bodies before and after unpacking', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const packed = await get('/v2/models/boxes/infer', {
      method: 'POST',
      body: bomb,
      headers: { 'content-encoding': 'gzip' },
    });
    expect(packed.status).toBe(413);
    const plain = await get('/v2/models/boxes/infer', {
      method: 'POST',
      body: Buffer.alloc(1024 * 1024 + 1),
    });
    expect(plain.status).toBe(413);
    const strange = await get('/v2/models/boxes/infer', {
      method: 'POST',
      body: 'x',
      headers: { 'content-encoding': 'br' },
    });
    expect(strange.status).toBe(415);
    expect(gunzipSync(bomb)).toHaveLength(8 * 1024 * 1024);
  });

  it('lists the repository and its statistics', async () => {
    const index = (await (await post('/v2/repository/index', {})).json()) as object[];
    expect(index).toEqual(
      expect.arrayContaining([
        { name: 'boxes', version: '1.1.0', state: 'READY', reason: '' },
        { name: 'plain', state: 'READY', reason: '' },
      ]),
    );
    const { model_stats: stats } = await json('/v2/models/boxes/versions/1.1.0/stats');
    expect(stats).toMatchObject([
      {
        name: 'boxes',
        version: '1.1.0',
        inference_stats: { success: { count: expect.any(Number) as unknown } },
      },
    ]);
  });
});

describe('pictures', () => {
  it('are predicted, whatever the form of the request', async () => {
    const bytes = await picture();
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'room.png');
    form.append('confidence', '0.5');
    const requests: RequestInit[] = [
      { body: new Uint8Array(bytes), headers: { 'content-type': 'image/png' } },
      { body: new Uint8Array(bytes), headers: { 'content-type': 'application/octet-stream' } },
      { body: form },
    ];
    for (const request of requests) {
      const response = await get('/v1/models/boxes@1.1.0/predict', { method: 'POST', ...request });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-care-version')).toBe('1.1.0');
      expect(await response.json()).toMatchObject({
        width: 128,
        height: 64,
        model: {
          id: 'boxes',
          version: '1.1.0',
          backend: 'ort',
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        },
        // 16 of 64 input pixels around the middle, the picture scaled by two.
        predictions: [{ class: 'person', box: [48, 16, 80, 48] }],
      });
    }
  });

  it('obey the options of query and header, and come in other formats', async () => {
    const body = new Uint8Array(await picture());
    const ask = async (query: string, headers: Record<string, string> = {}) =>
      await get(`/v1/models/boxes/predict?${query}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'image/png', ...headers },
      });
    expect(await (await ask('confidence=0.95')).json()).toMatchObject({ predictions: [] });
    expect(await (await ask('', { 'x-care-confidence': '0.95' })).json()).toMatchObject({ predictions: [] });
    expect(await (await ask('format=roboflow')).json()).toMatchObject({
      predictions: [{ x: 64, y: 32, width: 32, class: 'person' }],
    });
    expect(await (await ask('format=coco')).json()).toMatchObject([
      { bbox: [48, 16, 32, 32], category_id: 0 },
    ]);
    expect((await ask('confidence=2')).status).toBe(400);
    expect((await ask('format=xml')).status).toBe(400);
  });

  it('that are none, too many or of another type are refused without a word of the inside', async () => {
    const ask = async (path: string, body: string, type: string) =>
      await get(path, { method: 'POST', body, headers: { 'content-type': type } });
    const noPicture = await ask('/v1/models/boxes/predict', 'no picture', 'image/jpeg');
    expect(noPicture.status).toBe(422);
    const answer = (await noPicture.json()) as { error: object; request_id: string };
    expect(answer.error).toMatchObject({ code: 'IMAGE_INVALID' });
    expect(JSON.stringify(answer)).not.toContain(folder.dir);
    expect(folder.log).toContainEqual(
      expect.objectContaining({ reqId: answer.request_id, code: 'IMAGE_INVALID' }),
    );
    expect((await ask('/v1/models/boxes/predict', '{}', 'application/json')).status).toBe(415);
    expect((await ask('/v1/models/none/predict', 'x', 'image/jpeg')).status).toBe(404);
    expect((await ask('/v1/models/boxes@7.0.0/predict', 'x', 'image/jpeg')).status).toBe(404);
  });
});

describe('the admin plane', () => {
  it('wants the token', async () => {
    for (const path of [
      '/v2/repository/models/boxes/load',
      '/v1/models/boxes/rollback',
      '/v1/models/boxes/unload',
    ]) {
      expect((await post(path, {})).status).toBe(401);
      expect((await post(path, {}, { authorization: 'Bearer something-else-altogether' })).status).toBe(401);
    }
    expect(await json('/v1/models')).toMatchObject({ admin: true });
  });

  it('deploys a split, keeps a key on one version, rolls back, and tells so', async () => {
    const controller = new AbortController();
    const stream = await get('/v1/events', { signal: controller.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const guard = { min_requests: 1000, max_error_rate: 0.5, on_breach: 'alert' };
    const plan = { traffic: { '1.0.0': 50, '1.1.0': 50 }, sticky_by: 'camera_id', guard, detail: 'a test' };
    const deployed = await post('/v1/models/boxes/deploy', plan, asAdmin);
    expect(deployed.status).toBe(200);
    expect(await deployed.json()).toMatchObject({ reason: 'deploy', detail: 'a test' });
    // What is read can be sent back as it is.
    expect((await json('/v1/models/boxes')).guard).toEqual(guard);
    const body = new Uint8Array(await picture());
    const versionFor = async (query: string, headers: Record<string, string> = {}) =>
      (
        await get(`/v1/models/boxes/predict${query}`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'image/png', ...headers },
        })
      ).headers.get('x-care-version');
    const versions = new Set<string | null>();
    for (let camera = 0; camera < 12; camera++) {
      const version = await versionFor(`?camera_id=${camera}`);
      expect(await versionFor('', { 'x-camera-id': String(camera) })).toBe(version);
      versions.add(version);
    }
    expect([...versions].sort()).toEqual(['1.0.0', '1.1.0']);
    const back = await post('/v1/models/boxes/rollback', {}, asAdmin);
    expect(await back.json()).toMatchObject({ reason: 'rollback', traffic: { '1.1.0': 1 } });
    const { history } = await json('/v1/models/boxes/history');
    expect(history).toMatchObject([{ reason: 'start' }, { reason: 'deploy' }, { reason: 'rollback' }]);
    let told = '';
    for await (const chunk of stream.body ?? []) {
      told += Buffer.from(chunk as Uint8Array).toString();
      if (told.includes('"reason":"rollback"')) break;
    }
    controller.abort();
    expect(told).toContain('event: deployment');
    expect((await post('/v1/models/boxes/deploy', { traffic: { '1.0.0': -1 } }, asAdmin)).status).toBe(400);
    expect((await post('/v1/models/boxes/deploy', { traffic: { '9.0.0': 1 } }, asAdmin)).status).toBe(404);
  });

  it('unloads and loads a model', async () => {
    expect((await post('/v2/repository/models/plain/unload', {}, asAdmin)).status).toBe(200);
    expect((await post('/v2/models/plain/infer', inferRequest())).status).toBe(404);
    expect(await (await post('/v2/repository/index', {})).json()).toContainEqual({
      name: 'plain',
      state: 'UNAVAILABLE',
      reason: 'unloaded',
    });
    expect((await post('/v2/repository/models/plain/load', {}, asAdmin)).status).toBe(200);
    expect((await post('/v2/models/plain/infer', inferRequest())).status).toBe(200);
    expect((await post('/v2/repository/models/..%2fplain/load', {}, asAdmin)).status).toBe(404);
    expect(
      (await post('/v2/repository/models/plain/load', { parameters: { config: '{}' } }, asAdmin)).status,
    ).toBe(400);
  });
});

describe('operation', () => {
  it('gives each version its metrics, and ends them with it', async () => {
    expect((await post('/v1/models/boxes/load', { version: '1.0.0' }, asAdmin)).status).toBe(200);
    await post('/v2/models/boxes/versions/1.0.0/infer', inferRequest());
    const first = await (await get('/metrics')).text();
    const label = 'model="boxes",version="1.0.0",backend="ort"';
    expect(first).toMatch(new RegExp(`care_requests_total\\{${label},role="live",kind="infer"\\} \\d`));
    expect(first).toContain(`care_request_duration_seconds_count{${label},role="live"}`);
    expect(first).toContain(`care_stage_duration_seconds_count{${label},stage="inference"}`);
    expect(first).toMatch(
      /care_active_version_info\{model="boxes",version="1\.1\.0",backend="ort",sha256="[0-9a-f]{64}",device="cpu"\} 1/,
    );
    expect(first).toContain('care_traffic_weight{model="boxes",version="1.1.0"} 1');
    expect(first).toContain('nv_inference_request_success{model="boxes",version="1.1.0"}');
    expect(first).toContain('care_rollbacks_total{model="boxes",reason="rollback"} 1');
    expect(first).toContain('process_resident_memory_bytes');
    expect((await post('/v1/models/boxes/unload', { version: '1.0.0' }, asAdmin)).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain(`care_requests_total{${label}`);
    const last = await (await get('/metrics')).text();
    expect(last).not.toContain(label);
    expect(last).toContain('care_requests_total{model="boxes",version="1.1.0"');
  });

  it('documents every endpoint', async () => {
    const { paths, openapi } = (await json('/openapi.json')) as {
      openapi: string;
      paths: Record<string, Record<string, { security?: unknown }>>;
    };
    expect(openapi).toBe('3.1.0');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = server.routes.map(
      ({ method, url: path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(served.sort());
    expect(documented).toContain('POST /v1/models/{ref}/predict');
    expect(paths['/v1/models/{id}/rollback']?.post?.security).toEqual([{ admin: [] }]);
  });

  it('has a dashboard, and no other file', async () => {
    const page = await get('/');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<title>CARE');
    expect((await get('/dashboard/main.js')).headers.get('content-type')).toContain('javascript');
    for (const path of [
      '/dashboard/..%2findex.ts',
      '/dashboard/%2e%2e%2findex.ts',
      '/dashboard/none.js',
      '/nothing',
    ])
      expect((await get(path)).status).toBe(404);
  });

  it('keeps a harmless request id, and makes one otherwise', async () => {
    const id = async (given: string) =>
      (await get('/v2', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('camera-7:12')).toBe('camera-7:12');
    expect(await id('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
