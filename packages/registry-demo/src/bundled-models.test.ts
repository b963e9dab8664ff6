import { statSync } from 'node:fs';
import { sha256OfFile } from '@care/model-manifest';
import { parseModelReference, type ArtifactFile, type ModelPackage } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { DemoRegistry } from './index.js';

const KEYPOINTS = 13;
const MASKS = 16;
/** Anchors of a 320 x 320 input at strides 8, 16 and 32. */
const ANCHORS = 40 ** 2 + 20 ** 2 + 10 ** 2;

const postures = ['person_standing', 'person_sitting', 'person_lying'];
const bedStates = ['empty', 'lying_in_bed', 'sitting_on_bed', 'standing_beside_bed', 'lying_on_floor'];
const models = [
  {
    id: 'room-detector',
    task: 'object-detection',
    classNames: [...postures, 'bed'],
    outputs: [[1, 4 + 4, ANCHORS]],
  },
  {
    id: 'room-pose',
    task: 'pose-estimation',
    classNames: postures,
    outputs: [[1, 4 + 3 + KEYPOINTS * 3, ANCHORS]],
  },
  {
    id: 'room-segmentation',
    task: 'instance-segmentation',
    classNames: [...postures, 'bed'],
    outputs: [
      [1, 4 + 4 + MASKS, ANCHORS],
      [1, MASKS, 80, 80],
    ],
  },
  { id: 'room-bed-state', task: 'classification', classNames: bedStates, outputs: [['batch', 5]] },
];
const versions = ['1.0.0', '1.1.0'];
const registry = new DemoRegistry();
const resolve = (reference: string): Promise<ModelPackage> =>
  registry.resolve(parseModelReference(reference));

function onlyFile(model: ModelPackage, variantId: string): ArtifactFile & { readonly path: string } {
  const [file, ...others] = model.variants.find(({ id }) => id === variantId)?.artifacts ?? [];
  if (file?.path === undefined || others.length > 0) throw new Error(`${model.modelId} ${variantId}`);
  return { ...file, path: file.path };
}

describe('the bundled models', () => {
  it('are one for each task, in two versions', async () => {
    const listed = await registry.list();
    expect(listed.map(({ modelId, version, task }) => ({ modelId, version, task }))).toEqual(
      expect.arrayContaining(
        models.flatMap(({ id, task }) => versions.map((version) => ({ modelId: id, version, task }))),
      ),
    );
    expect(listed).toHaveLength(models.length * versions.length);
  });

  it.each(models)('$id: the highest version by default, others by version and range', async ({ id }) => {
    const version = async (selector: string) => (await resolve(`${id}${selector}`)).version;
    await expect(version('')).resolves.toBe('1.1.0');
    await expect(version('@^1')).resolves.toBe('1.1.0');
    await expect(version('@1.1.0')).resolves.toBe('1.1.0');
    await expect(version('@1.0.0')).resolves.toBe('1.0.0');
    await expect(version('@~1.0')).resolves.toBe('1.0.0');
    await expect(version('@2')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it.each(models)('$id: both versions have the same interface', async ({ id, task, classNames, outputs }) => {
    for (const version of versions) {
      const model = await resolve(`${id}@${version}`);
      expect(model).toMatchObject({ task, classNames });
      expect(model.variants.map((variant) => [variant.id, variant.precision])).toEqual([
        ['onnx-fp32', 'fp32'],
        ['onnx-int8', 'int8'],
      ]);
      for (const variant of model.variants) {
        expect(variant.outputs?.map(({ shape }) => shape)).toEqual(outputs);
      }
    }
  });

  it.each(models)('$id: each file has its true size and hash, and no two are the same', async ({ id }) => {
    const files = await Promise.all(
      versions.flatMap((version) =>
        ['onnx-fp32', 'onnx-int8'].map(async (variant) =>
          onlyFile(await resolve(`${id}@${version}`), variant),
        ),
      ),
    );
    for (const file of files) {
      expect(file.size).toBe(statSync(file.path).size);
      expect(file.sha256).toBe(await sha256OfFile(file.path));
    }
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(4);
    const [large, small] = files;
    expect(small?.size).toBeLessThan((large?.size ?? 0) / 2);
  });

  it('name the keypoints as COCO does, with a skeleton of them', async () => {
    const { keypoints } = await resolve('room-pose');
    expect(keypoints?.names).toHaveLength(KEYPOINTS);
    expect(keypoints?.names.slice(0, 3)).toEqual(['nose', 'left_shoulder', 'right_shoulder']);
    expect(keypoints?.sigmas).toHaveLength(KEYPOINTS);
    expect(new Set(keypoints?.skeleton.flat()).size).toBe(KEYPOINTS);
  });
});
