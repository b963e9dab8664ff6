import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { HubHost, fetched, resolve } from './testing/hub-host.fixture.js';
import {
  classifier,
  classifierConfig,
  classifierFiles,
  classifierProcessor,
  externalClassifier,
  ultralyticsDetector,
} from './testing/hub-models.fixture.js';

describe('a repository of transformers', () => {
  it('is a package of the commit, with a variant for each form', async () => {
    const host = await HubHost.start();
    const { sha } = await host.server.publish('care/postures', classifierFiles());
    const model = await resolve(host.registry(), 'huggingface:care/postures');
    expect(model).toMatchObject({
      modelId: 'care/postures',
      version: sha,
      task: 'classification',
      classNames: ['standing', 'sitting', 'lying'],
      inputSize: { height: 8, width: 8 },
      preprocessing: { resize: 'stretch', interpolation: 'bilinear', antialias: true, mean: [0.5, 0.5, 0.5] },
      postprocessing: { decoder: 'softmax' },
      metadata: { huggingface: { repo: 'care/postures', revision: 'main', commit: sha } },
      source: `${host.server.endpoint}/care/postures/tree/${sha}`,
    });
    expect(model.variants.map(({ id, precision }) => [id, precision])).toEqual([
      ['onnx-fp32', 'fp32'],
      ['onnx-fp16', 'fp16'],
      ['onnx-quantized', 'int8'],
    ]);
    for (const { artifacts } of model.variants) {
      expect(artifacts).toMatchObject([
        { role: 'model', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      ]);
      expect(artifacts[0]?.path).toBeUndefined();
    }
  });

  it('is fetched variant by variant; what is here is not downloaded again', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    const registry = host.registry();
    const seen: number[] = [];
    const model = await resolve(registry, 'care/postures');
    const local = await registry.fetch?.(model, 'onnx-fp16', {
      onProgress: ({ artifact, receivedBytes, totalBytes }) => {
        expect([artifact, totalBytes]).toEqual(['onnx/model_fp16.onnx', classifier({ note: 'half' }).length]);
        seen.push(receivedBytes);
      },
    });
    expect(seen.at(-1)).toBe(classifier({ note: 'half' }).length);
    const variant = local?.variants.find(({ id }) => id === 'onnx-fp16');
    const path = variant?.artifacts[0]?.path ?? '';
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(classifier({ note: 'half' })));
    expect(variant).toMatchObject({ inputs: [{ name: 'pixel_values' }], exporterMetadata: { note: 'half' } });
    expect(local?.variants[0]?.artifacts[0]?.path).toBeUndefined();

    const before = host.server.requests.filter(({ host: at }) => at === 'cdn').length;
    const again = host.registry();
    expect(await fetched(again, 'care/postures', 'onnx-fp16')).toEqual(local);
    expect(host.server.requests.filter(({ host: at }) => at === 'cdn')).toHaveLength(before);
  });

  it('brings external data, also such whose name only the model tells', async () => {
    const host = await HubHost.start();
    const near = externalClassifier('model.onnx_data');
    const far = externalClassifier('weights.bin');
    const gone = externalClassifier('lost.bin');
    const files = (model: object) => ({
      'config.json': classifierConfig,
      'preprocessor_config.json': classifierProcessor,
      ...model,
    });
    await host.server.publish(
      'care/near',
      files({ 'onnx/model.onnx': near.model, 'onnx/model.onnx_data': near.data }),
    );
    await host.server.publish(
      'care/far',
      files({ 'onnx/model.onnx': far.model, 'onnx/weights.bin': far.data }),
    );
    await host.server.publish('care/gone', files({ 'onnx/model.onnx': gone.model }));
    for (const [name, data] of [
      ['care/near', 'model.onnx_data'],
      ['care/far', 'weights.bin'],
    ] as const) {
      const { variants } = await fetched(host.registry(), name);
      expect(variants[0]?.artifacts).toMatchObject([
        { name: 'model.onnx', role: 'model' },
        { name: data, role: 'external-data', size: 12 },
      ]);
      const [model, external] = variants[0]?.artifacts ?? [];
      expect(external?.path?.replace(data, '')).toBe(model?.path?.replace('model.onnx', ''));
    }
    await expect(fetched(host.registry(), 'care/gone')).rejects.toMatchObject({
      code: 'ARTIFACT_MISSING',
      message: expect.stringContaining('lost.bin') as string,
    });
  });

  it('whose file is another model than it says is MODEL_INCOMPATIBLE', async () => {
    const host = await HubHost.start();
    const config = { ...classifierConfig, id2label: { 0: 'standing', 1: 'lying' } };
    await host.server.publish('care/postures', { ...classifierFiles(), 'config.json': config });
    await expect(fetched(host.registry(), 'care/postures')).rejects.toMatchObject({
      code: 'MODEL_INCOMPATIBLE',
      message: expect.stringContaining('2 class names') as string,
    });
  });
});

describe('revisions', () => {
  it('are branches, tags and commits; a branch that moved on is resolved anew, a commit is never asked for twice', async () => {
    const host = await HubHost.start();
    const { server } = host;
    const first = await server.publish('care/postures', classifierFiles(), { tags: ['v1', 'release/one'] });
    const renamed = { ...classifierConfig, id2label: { 0: 'up', 1: 'mid', 2: 'down' } };
    const second = await server.publish('care/postures', { ...classifierFiles(), 'config.json': renamed });
    const registry = host.registry();
    const classes = async (reference: string) => {
      const { version, classNames } = await resolve(registry, reference);
      return [version, classNames[0]];
    };
    await expect(classes('care/postures')).resolves.toEqual([second.sha, 'up']);
    await expect(classes('care/postures@v1')).resolves.toEqual([first.sha, 'standing']);
    await expect(classes('care/postures@release/one')).resolves.toEqual([first.sha, 'standing']);
    await expect(classes(`care/postures@${first.sha}`)).resolves.toEqual([first.sha, 'standing']);
    const asked = server.requests.length;
    await expect(classes(`care/postures@${first.sha}`)).resolves.toEqual([first.sha, 'standing']);
    expect(server.requests).toHaveLength(asked);

    const third = await server.publish('care/postures', classifierFiles());
    await expect(classes('care/postures')).resolves.toEqual([third.sha, 'standing']);
  });

  it('the package of a branch is fetched as it was, also when the branch has moved', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/postures', classifierFiles());
    const registry = host.registry();
    const model = await resolve(registry, 'care/postures');
    await host.server.publish('care/postures', {
      ...classifierFiles(),
      'onnx/model.onnx': classifier({ new: '1' }),
    });
    const local = await registry.fetch?.(model, 'onnx-fp32');
    expect(local?.variants[0]?.exporterMetadata).toEqual({});
    expect(local?.version).toBe(model.version);
  });
});

describe('other repositories', () => {
  it('a model of Ultralytics tells all in its header, which is read in parts', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/falls', { 'falls_int8.onnx': ultralyticsDetector() });
    const model = await resolve(host.registry(), 'care/falls');
    expect(model).toMatchObject({
      task: 'object-detection',
      classNames: ['standing', 'lying'],
      inputSize: { height: 32, width: 32 },
      preprocessing: { resize: 'letterbox', padValue: 114 },
      postprocessing: { decoder: 'yolov8' },
      variants: [{ id: 'onnx-int8', precision: 'int8' }],
    });
    const ranges = host.server.requests
      .filter(({ host: at }) => at === 'cdn')
      .map(({ headers }) => headers.range);
    expect(ranges).toEqual([`bytes=0-${ultralyticsDetector().length - 1}`]);
  });

  it('a manifest care.json is taken as it is', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/described', {
      'care.json': {
        model_id: 'anything',
        version: '1.2.0',
        task_type: 'classification',
        model_path: 'weights/a.onnx',
        class_names: ['a', 'b', 'c'],
        input_size: [8, 8],
        preprocessing: { resize: 'center-crop', scale: 1 },
        variants: [{ model_path: 'weights/a-small.onnx', precision: 'int8' }],
        probes: [{ image: 'probe.jpg' }],
        metadata: { room: 7 },
      },
      'weights/a.onnx': classifier(),
      'weights/a-small.onnx': classifier({ note: 'small' }),
      'probe.jpg': 'a picture',
    });
    const registry = host.registry();
    const model = await resolve(registry, 'care/described');
    expect(model).toMatchObject({
      modelId: 'care/described',
      preprocessing: { resize: 'center-crop', scale: 1 },
      variants: [{ id: 'onnx-fp32' }, { id: 'onnx-int8' }],
      metadata: { room: 7, huggingface: { version: '1.2.0' } },
    });
    expect(model.probes).toBeUndefined();
    const local = await registry.fetch?.(model, 'onnx-fp32');
    expect(await readFile(local?.probes?.[0]?.path ?? '', 'utf8')).toBe('a picture');
  });

  it.each([
    ['../outside.onnx', 'PATH_FORBIDDEN'],
    ['/etc/model.onnx', 'PATH_FORBIDDEN'],
    ['absent.onnx', 'ARTIFACT_MISSING'],
  ])('a manifest that names %s is %s', async (path, code) => {
    const host = await HubHost.start();
    const manifest = {
      model_id: 'a',
      task_type: 'classification',
      model_path: path,
      class_names: ['a'],
      input_size: [8, 8],
    };
    await host.server.publish('care/described', { 'care.json': manifest });
    await expect(resolve(host.registry(), 'care/described')).rejects.toMatchObject({ code });
  });

  it('with several models wants one to be named', async () => {
    const host = await HubHost.start();
    const files = { 'n.onnx': ultralyticsDetector(), 'deep/s.onnx': ultralyticsDetector() };
    await host.server.publish('care/many', files);
    await expect(resolve(host.registry(), 'care/many')).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(/deep\/s\.onnx, n\.onnx.*care\/many\/deep\/s\.onnx/s) as string,
    });
    const named = await resolve(host.registry(), 'care/many/deep/s.onnx');
    expect(named).toMatchObject({ modelId: 'care/many/deep/s.onnx', task: 'object-detection' });
    const options = { models: { 'care/many': { file: 'n.onnx' } } };
    await expect(resolve(host.registry({ options }), 'care/many')).resolves.toMatchObject({
      modelId: 'care/many',
    });
    await expect(resolve(host.registry(), 'care/many/x.onnx')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it('that tells too little lists what to say, and the options say it', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/plain', { 'model.onnx': classifier() });
    const error: unknown = await resolve(host.registry(), 'care/plain').catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(/the class names: `classes`[^]*the preprocessing: `family`/) as string,
      remedy: expect.stringContaining('{ "huggingface": { "models": { "care/plain": {') as string,
    });
    const options = {
      models: {
        'care/plain': {
          classes: ['a', 'b', 'c'],
          preprocessing: { resize: 'stretch' as const },
          family: 'imagenet',
        },
      },
    };
    await expect(fetched(host.registry({ options }), 'care/plain')).resolves.toMatchObject({
      classNames: ['a', 'b', 'c'],
      preprocessing: { resize: 'stretch', mean: [0.485, 0.456, 0.406] },
    });
  });

  it.each([
    ['SegformerForSemanticSegmentation', 'UNSUPPORTED'],
    ['CLIPModel', 'UNSUPPORTED'],
  ])('with the architecture %s is %s', async (architecture, code) => {
    const host = await HubHost.start();
    const config = { ...classifierConfig, architectures: [architecture] };
    await host.server.publish('care/other', { ...classifierFiles(), 'config.json': config });
    await expect(resolve(host.registry(), 'care/other')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(architecture) as string,
    });
  });

  it('without an ONNX file is MODEL_NOT_FOUND', async () => {
    const host = await HubHost.start();
    await host.server.publish('care/torch', { 'config.json': classifierConfig, 'model.safetensors': 'x' });
    await expect(resolve(host.registry(), 'care/torch')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('whose tree comes in pages is read whole', async () => {
    const host = await HubHost.start();
    host.server.pageSize = 2;
    await host.server.publish('care/postures', classifierFiles());
    await expect(resolve(host.registry(), 'care/postures')).resolves.toMatchObject({
      variants: [{ id: 'onnx-fp32' }, { id: 'onnx-fp16' }, { id: 'onnx-quantized' }],
    });
  });
});

it('a name that no repository can have, or a bare one without huggingface:, is not asked for', async () => {
  const host = await HubHost.start();
  const registry = host.registry();
  for (const name of ['yolov8n-640', 'a/b/c', 'a--b/c', 'huggingface:-a/b', 'a/b.git', 'a/b/c.bin']) {
    await expect(resolve(registry, name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  }
  expect(host.server.requests).toEqual([]);
  await host.server.publish('postures', classifierFiles());
  await expect(resolve(registry, 'huggingface:postures')).resolves.toMatchObject({ modelId: 'postures' });
});
