import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCare } from '@care/model-manager';
import { silentLogger } from '@care/registry-core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { constantDetector } from './constant-detector.fixture.js';
import { modelServer } from './model-server.fixture.js';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const FRAME = { data: new Uint8Array(32 * 32 * 3).fill(100), width: 32, height: 32, format: 'rgb' as const };

/** Finds one box of this width in the middle of any picture. */
function detector(width: number): Uint8Array {
  const box = new Float32Array(5 * 21);
  [16, 16, width, 8, 0.9].forEach((value, row) => (box[row * 21] = value));
  return constantDetector(box);
}

it('a model that is replaced on the server is replaced in the host, without a request that fails, and survives the server', async () => {
  const server = await modelServer();
  const cacheDir = await mkdtemp(join(tmpdir(), 'registry-http-'));
  const publish = (version: string, weights: Uint8Array | string): void => {
    server.put(`${version}.onnx`, weights);
    server.put('fall.json', {
      model_id: 'fall-detector',
      version,
      task_type: 'object-detection',
      model_path: `${version}.onnx`,
      class_names: ['lying'],
      input_size: [32, 32],
      postprocessing: { decoder: 'yolov8' },
    });
    server.put('index.json', { manifests: ['fall.json'] });
  };
  publish('1.0.0', detector(8));
  const care = await createCare({
    root: packageDir,
    plugins: { http: { index: server.index, cacheDir, pollSeconds: 0.1 } },
    logger: silentLogger,
    env: { NO_PROXY: '*' },
  });
  onTestFinished(async () => {
    await care.dispose();
    await server.close();
    await rm(cacheDir, { recursive: true, force: true });
  });
  const kinds: string[] = [];
  const deployment = await care.deploy('http:fall-detector', {
    observer: { event: ({ kind }) => kinds.push(kind) },
  });
  const width = async (): Promise<number> => {
    const { predictions } = await deployment.predict(FRAME);
    const [first] = predictions;
    return first !== undefined && 'box' in first ? Math.round(first.box[2] - first.box[0]) : NaN;
  };
  expect(await width()).toBe(8);
  const ending = new AbortController();
  const widths = new Set<number>();
  const client = (async () => {
    while (!ending.signal.aborted) widths.add(await width());
  })();
  publish('1.1.0', detector(12));
  await vi.waitFor(async () => expect(await width()).toBe(12), { timeout: 20_000, interval: 50 });
  publish('1.2.0', 'no model at all');
  await vi.waitFor(() => expect(kinds).toContain('refused'), { timeout: 20_000, interval: 50 });
  expect(await width()).toBe(12);
  server.status = 503;
  expect(await width()).toBe(12);
  ending.abort();
  await client;
  expect([...widths].sort((a, b) => a - b)).toEqual([8, 12]);
}, 60_000);
