import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCareError, parseModelReference } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { CLASSES, detectorModel, ENVIRONMENT, inferenceConfig } from '../models.fixture.js';
import { keepingLog, registryOf, temporaryFolder } from '../registry.fixture.js';

const NOWHERE = { origin: 'http://127.0.0.1:1' };
/** blake2s, 128 bits, of "coco/3" as Python's hashlib gives it. */
const COCO_3 = 'v2-coco-3-2c0b1a6f6f6f4d5e8a9b0c1d2e3f4a5b';

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

const classic = (
  folder: string,
  changes: Record<string, string | Uint8Array | undefined> = {},
): Record<string, string | Uint8Array> => {
  const files: Record<string, string | Uint8Array | undefined> = {
    'weights.onnx': detectorModel(),
    'environment.json': JSON.stringify({ ...ENVIRONMENT, COLORS: { bed: '#00ff00' } }),
    'class_names.txt': CLASSES.join('\n'),
    'model_type.json': '{"project_task_type":"object-detection","model_type":"yolov8n"}',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, content]) =>
      content === undefined ? [] : [[`${folder}/${name}`, content]],
    ),
  );
};

const config = (changes: object = {}): string =>
  JSON.stringify({
    model_id: 'coco/3',
    canonical_model_id: 'coco/3',
    model_architecture: 'yolov8',
    task_type: 'object-detection',
    backend_type: 'onnx',
    quantization: 'fp32',
    static_batch_size: 1,
    ...changes,
  });

const packaged = (packageId: string, model: string = config()): Record<string, string | Uint8Array> => {
  const folder = `models-cache/${COCO_3}/${packageId}`;
  return {
    [`${folder}/weights.onnx`]: detectorModel(),
    [`${folder}/class_names.txt`]: `${CLASSES.join('\n')}\n`,
    [`${folder}/inference_config.json`]: JSON.stringify(inferenceConfig()),
    [`${folder}/model_config.json`]: model,
  };
};

async function resolved(root: string, reference: string, log = keepingLog()): Promise<unknown> {
  const registry = await registryOf(NOWHERE, { env: { MODEL_CACHE_DIR: root }, offline: true, log });
  try {
    const model = await registry.resolve(parseModelReference(reference));
    expect(await registry.fetch?.(model, model.variants[0]?.id ?? '')).toEqual(model);
    return model;
  } catch (error) {
    return isCareError(error) ? error.code : error;
  }
}

describe('a MODEL_CACHE_DIR that the Python tools filled', () => {
  it('serves what the classic client left, without network and key', async () => {
    const root = await folderWith({ ...classic('coco/3'), ...classic('ward/beds') });
    for (const reference of ['coco/3', 'yolov8n-640', 'coco@3', 'ward/beds']) {
      expect(await resolved(root, reference)).toMatchObject({
        classNames: CLASSES,
        preprocessing: { padValue: 114 },
        variants: [
          { id: 'onnx-fp32', artifacts: [{ size: detectorModel().length }], inputs: [{ name: 'images' }] },
        ],
        metadata: { roboflow: { colors: { bed: '#00ff00' } } },
      });
    }
  });

  it('takes other names of weights, and class names of environment.json', async () => {
    const files = { 'weights.onnx': undefined, 'best.onnx': detectorModel(), 'class_names.txt': undefined };
    const root = await folderWith(classic('coco/3', files));
    expect(await resolved(root, 'coco/3')).toMatchObject({ classNames: CLASSES });
  });

  it('serves every ONNX package of the newer client', async () => {
    const root = await folderWith({
      ...packaged('abc1'),
      ...packaged('abc2', config({ quantization: 'fp16' })),
      ...packaged('torch', config({ backend_type: 'torch' })),
      ...packaged('other', config({ model_id: 'coco/4', canonical_model_id: 'coco/4' })),
    });
    const model = await resolved(root, 'coco/3');
    expect(model).toMatchObject({
      preprocessing: { padValue: 127 },
      variants: [{ id: 'onnx-fp32-batch1' }, { id: 'onnx-fp16-batch1' }],
    });
    expect(model).toEqual(await resolved(root, 'coco/3'));
  });

  it('follows links to blobs inside the folder, and none that leave it', async () => {
    const bytes = detectorModel();
    const blob = createHash('md5').update(bytes).digest('hex');
    const root = await folderWith({ ...packaged('abc1'), [`shared-blobs/${blob}`]: bytes });
    const other = await folderWith({ 'weights.onnx': bytes });
    const linked = async (target: string): Promise<unknown> => {
      const folder = join(root, 'models-cache', COCO_3, `link${target.length}`);
      await mkdir(folder, { recursive: true });
      for (const [name, content] of Object.entries(packaged('x'))) {
        const file = name.split('/').at(-1) ?? '';
        if (file !== 'weights.onnx') await writeFile(join(folder, file), content);
      }
      await symlink(target, join(folder, 'weights.onnx'));
      return resolved(root, 'coco/3');
    };
    expect(await linked(join(root, 'shared-blobs', blob))).toMatchObject({ variants: [{}, {}] });
    expect(await linked(join(other, 'weights.onnx'))).toMatchObject({ variants: [{}, {}] });
  });

  it.each([
    ['no weights', { 'weights.onnx': undefined }, false],
    ['no model type', { 'model_type.json': undefined }, false],
    ['a broken environment', { 'environment.json': '{' }, true],
    ['weights cut short', { 'weights.onnx': detectorModel().subarray(0, 40) }, true],
    ['a task that CARE does not run', { 'model_type.json': '{"project_task_type":"gaze"}' }, true],
  ])('does not use a model with %s, and says why', async (_, changes, said) => {
    const log = keepingLog();
    const root = await folderWith(classic('coco/3', changes));
    expect(await resolved(root, 'coco/3', log)).toBe('OFFLINE');
    expect(log.lines.some((line) => line.includes('is not used'))).toBe(said);
  });

  it('never leaves the folder by an id', async () => {
    const root = await folderWith(classic('coco/3'));
    const registry = await registryOf(NOWHERE, {
      env: { MODEL_CACHE_DIR: join(root, 'coco') },
      offline: true,
    });
    await expect(registry.resolve({ raw: 'x', modelId: '../coco/3' })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    await expect(registry.resolve({ raw: 'x', modelId: '../3' })).rejects.toBeDefined();
  });
});
