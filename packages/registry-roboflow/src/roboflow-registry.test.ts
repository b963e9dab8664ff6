import { readFile } from 'node:fs/promises';
import { registryContract } from '@care/plugin-testkit';
import { isCareError, parseModelReference, type ModelPackage, type ModelRegistry } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import plugin from './index.js';
import {
  CLASSES,
  classicDetector,
  detectorModel,
  onnxManifest,
  onnxPackage,
  packagedDetector,
} from './models.fixture.js';
import { registryOf, startServer, temporaryFolder } from './registry.fixture.js';

const resolve = (registry: ModelRegistry, reference: string): Promise<ModelPackage> =>
  registry.resolve(parseModelReference(reference));

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (isCareError(error) ? `${error.code}: ${error.message}` : error),
  );

const pathOf = (model: ModelPackage, variant = 0): string | undefined =>
  model.variants[variant]?.artifacts[0]?.path;

registryContract(async () => {
  const server = await startServer();
  server.serve('coco/3', { classic: classicDetector() });
  server.serve('locked/1', { private: true, packaged: packagedDetector() });
  server.serve('broken/1', { classic: classicDetector({ environment: '{' }) });
  return {
    registry: await registryOf(server),
    has: 'coco/3',
    missing: 'no-such-project/1',
    broken: { reference: 'broken/1', code: 'MANIFEST_INVALID' },
    definition: plugin,
  };
});

describe('by the classic protocol', () => {
  it('resolves and fetches a version, an alias and a named model', async () => {
    const server = await startServer();
    server.serve('coco/3', { classic: classicDetector() });
    server.serve('ward/beds', { classic: classicDetector() });
    const registry = await registryOf(server, { options: { protocol: 'classic' } });
    for (const reference of ['coco/3', 'yolov8n-640', 'coco@3', 'ward/beds']) {
      const model = await resolve(registry, reference);
      expect(model).toMatchObject({
        modelId: reference.split('@')[0],
        task: 'object-detection',
        classNames: CLASSES,
        inputSize: { width: 64, height: 64 },
        preprocessing: {
          resize: 'letterbox',
          padValue: 114,
          sideRounding: 'floor',
          color: 'rgb',
          autoOrient: true,
        },
        postprocessing: {
          decoder: 'yolov8',
          confidenceThreshold: 0.4,
          iouThreshold: 0.3,
          maxDetections: 300,
        },
      });
      const local = await registry.fetch?.(model, 'onnx-fp32');
      const path = local === undefined ? undefined : pathOf(local);
      expect(new Uint8Array(await readFile(path ?? ''))).toEqual(new Uint8Array(detectorModel()));
      expect(local?.variants[0]?.inputs).toEqual([
        { name: 'images', type: 'float32', shape: [1, 3, 64, 64] },
      ]);
    }
    expect(server.requests.filter(({ url }) => url.startsWith('/ort/coco/3'))).not.toEqual([]);
  });

  it('takes the size of the input from the graph', async () => {
    const server = await startServer();
    server.serve('coco/3', { classic: classicDetector({ weights: detectorModel('N', 96) }) });
    server.serve('coco/4', { classic: classicDetector({ weights: detectorModel('N', 'side') }) });
    const registry = await registryOf(server);
    const fixed = await resolve(registry, 'coco/3');
    expect(fixed.inputSize).toEqual({ width: 64, height: 64 });
    expect((await registry.fetch?.(fixed, 'onnx-fp32'))?.inputSize).toEqual({ width: 96, height: 96 });
    expect((await resolve(registry, 'coco/3')).inputSize).toEqual({ width: 96, height: 96 });
    const open = await resolve(registry, 'coco/4');
    expect((await registry.fetch?.(open, 'onnx-fp32'))?.inputSize).toEqual({ width: 64, height: 64 });
  });
});

describe('by the models protocol', () => {
  it('makes a variant of each ONNX package over all pages, and names what it skips', async () => {
    const server = await startServer();
    const other = { 'weights.onnx': new Uint8Array([1]) };
    server.serve('ward/3', {
      packaged: packagedDetector({
        packages: [
          onnxPackage('half', { manifest: onnxManifest('fp16', 'dynamic') }),
          onnxPackage('eight', { manifest: onnxManifest('fp32', 8) }),
          { packageId: 'engine', manifest: { type: 'trt-model-package-v1' }, files: { 'engine.plan': 'x' } },
          { raw: { type: 'external-model-package-v9', packageId: 'future' } },
          { raw: 'nonsense' },
          onnxPackage('open', {
            manifest: onnxManifest('fp32', 'dynamic'),
            files: { ...onnxPackage('x').files, 'weights.onnx': detectorModel('N') },
          }),
          { packageId: 'bare', manifest: onnxManifest(), files: other },
          { packageId: 'torch', manifest: { type: 'torch-model-package-v1' }, files: other },
        ],
      }),
    });
    const registry = await registryOf(server);
    const model = await resolve(registry, 'ward/3');
    expect(model.variants.map(({ id, precision }) => [id, precision])).toEqual([
      ['onnx-fp32', 'fp32'],
      ['onnx-fp32-batch8', 'fp32'],
      ['onnx-fp16', 'fp16'],
    ]);
    expect(model.preprocessing).toMatchObject({ padValue: 127, resize: 'letterbox' });
    const { skipped } = Object(model.metadata.roboflow) as { skipped: { package: string; reason: string }[] };
    expect(skipped.map(({ package: name }) => name)).toEqual([
      'engine',
      'future',
      'package 5',
      'bare',
      'torch',
    ]);
    expect(skipped[0]?.reason).toMatch(/TensorRT/);
    expect(server.requests.filter(({ url }) => url.includes('weights?')).map(({ url }) => url)).toEqual([
      '/models/v1/external/weights?modelId=ward%2F3',
      ...[2, 4, 6].map((after) => `/models/v1/external/weights?modelId=ward%2F3&startAfter=${after}`),
    ]);
    const local = await registry.fetch?.(model, 'onnx-fp32');
    expect(local?.variants[0]?.inputs?.[0]?.shape).toEqual(['N', 3, 64, 64]);
    expect(local?.variants[1]?.artifacts[0]?.path).toBeUndefined();
  });

  it('refuses a graph of another size than is stated', async () => {
    const server = await startServer();
    const files = { ...onnxPackage('x').files, 'weights.onnx': detectorModel(1, 96) };
    server.serve('ward/3', { packaged: packagedDetector({ packages: [onnxPackage('aaaa', { files })] }) });
    const registry = await registryOf(server);
    const model = await resolve(registry, 'ward/3');
    expect(await failure(registry.fetch?.(model, model.variants[0]?.id ?? '') ?? Promise.resolve())).toMatch(
      /^MODEL_INCOMPATIBLE: .*64 x 64.*96 x 96/,
    );
  });
});

describe('protocols', () => {
  it('asks the classic one when the other has not got the model, then that one first', async () => {
    const server = await startServer();
    server.serve('coco/3', { classic: classicDetector() });
    const cacheDir = await temporaryFolder();
    const registry = await registryOf(server, { cacheDir });
    const asked = (): string[] =>
      server.requests.splice(0).flatMap(({ url }) => /^\/(models|ort)/.exec(url)?.[1] ?? []);
    await resolve(registry, 'coco/3');
    expect(asked()).toEqual(['models', 'ort']);
    await resolve(registry, 'coco/3');
    expect(asked()).toEqual(['ort']);
    await resolve(await registryOf(server, { cacheDir }), 'coco/3');
    expect(asked()).toEqual(['ort']);
  });

  it('asks the classic one of hosts without the other, and when no package is ONNX', async () => {
    const server = await startServer();
    server.serve('coco/3', {
      classic: classicDetector(),
      packaged: packagedDetector({
        packages: [{ packageId: 't', manifest: { type: 'torch-model-package-v1' }, files: {} }],
      }),
    });
    expect((await resolve(await registryOf(server), 'coco/3')).metadata.roboflow).toMatchObject({
      architecture: 'yolov8n',
    });
    server.modelsProtocol = false;
    expect((await resolve(await registryOf(server), 'coco/3')).modelId).toBe('coco/3');
  });

  it('says why no package can be used when there is nothing else', async () => {
    const server = await startServer();
    server.serve('coco/3', {
      packaged: packagedDetector({ taskType: 'depth-estimation' }),
    });
    expect(await failure(resolve(await registryOf(server), 'coco/3'))).toMatch(
      /^UNSUPPORTED: .*depth-estimation/,
    );
  });
});
