import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@care/registry-core';
import { demoPictures } from '@care/registry-demo';
import { API_KEY, roboflowServer, type RoboflowServer } from '@care/registry-roboflow/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCare, type Care } from '../index.js';
import { DEMO_MODELS, demoAsRoboflow } from './demo-models.fixture.js';

/** A host that declares ONNX Runtime, the demo models and Roboflow: this package. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let server: RoboflowServer;
let folder: string;
const opened: Care[] = [];

beforeAll(async () => {
  server = await roboflowServer();
  folder = await mkdtemp(join(tmpdir(), 'care-roboflow-'));
  for (const id of DEMO_MODELS) {
    const { classic, packaged } = await demoAsRoboflow(id);
    server.serve(`${id}/1`, { private: true, classic });
    server.serve(`${id}/2`, { private: true, packaged });
  }
});
afterAll(async () => {
  for (const care of opened) await care.dispose();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function host(options: { readonly offline?: boolean } = {}): Promise<Care> {
  const care = await createCare({
    root: ROOT,
    plugins: { roboflow: { apiUrl: server.origin, cacheDir: folder, attempts: 2, timeoutSeconds: 5 } },
    env: { ROBOFLOW_API_KEY: API_KEY },
    logger: silentLogger,
    ...options,
  });
  opened.push(care);
  return care;
}

/** Thresholds of the demo models, which the classic protocol cannot state; the classifier gives all of its classes. */
async function predicted(care: Care, reference: string): Promise<unknown> {
  const [, picture = ''] = await demoPictures();
  const model = await care.load(reference);
  const agnostic = reference.includes('pose') ? { classAgnosticNms: true } : {};
  const options = reference.includes('bed-state') ? {} : { confidence: 0.5, iou: 0.6, ...agnostic };
  const { predictions } = await model.predict(picture, options);
  await model.dispose();
  return predictions;
}

describe.each(DEMO_MODELS)('%s', (id) => {
  it('predicts the same from Roboflow as from its own package, by either protocol, and offline', async () => {
    const care = await host();
    const wanted = await predicted(care, `demo:${id}`);
    expect(wanted).not.toEqual([]);
    expect(await predicted(care, `roboflow:${id}/1`)).toEqual(wanted);
    if (id !== 'room-bed-state') expect(await predicted(care, `roboflow:${id}/2`)).toEqual(wanted);
    const { package: model } = await care.resolve(`roboflow:${id}/2`);
    expect(model.variants.map((variant) => variant.id)).toEqual(['onnx-fp32', 'onnx-int8']);
    const asked = server.requests.length;
    const offline = await host({ offline: true });
    expect(await predicted(offline, `roboflow:${id}/1`)).toEqual(wanted);
    expect((await offline.resolve(`${id}/1`)).package.stale?.reason).not.toBe('');
    expect(server.requests).toHaveLength(asked);
  });
});

it('a classifier whose logits are stated runs from a package', async () => {
  const found = await predicted(await host(), 'roboflow:room-bed-state/2');
  expect(found).toHaveLength(5);
});

it('is asked after what is local, and its failure ends the chain', async () => {
  const care = await host();
  const asked = server.requests.length;
  expect((await care.resolve('room-detector')).registry).toBe('demo');
  expect(server.requests).toHaveLength(asked);
  expect((await care.resolve('room-pose/1')).registry).toBe('roboflow');
  server.fail({ status: 401 });
  await expect(care.resolve('somebody/4')).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await expect(care.resolve('somebody/5')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});
