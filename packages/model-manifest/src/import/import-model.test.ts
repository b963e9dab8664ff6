import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCareError } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import { readManifestFile, requireManifest } from '../manifest/read-manifest.js';
import { modelBytes, ultralyticsMetadata } from '../onnx/facts.fixture.js';
import { temporaryDirectory } from '../temporary-directory.fixture.js';
import { TEST_MODELS } from '../test-assets.fixture.js';
import { importModel, readClasses } from './import-model.js';

const DETECTOR = modelBytes(
  { images: [1, 3, 320, 320] },
  { output0: [1, 6, 2100] },
  ultralyticsMetadata('detect', "{0: 'a', 1: 'b'}"),
);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isCareError(error) ? error.code : String(error);
  }
}

describe('importModel', () => {
  it('writes a valid manifest beside the model, and nothing else', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'fall.v1.onnx'), DETECTOR);
    const { manifestPath, manifest } = await importModel(join(dir, 'fall.v1.onnx'), { version: '1.0.0' });
    expect(manifestPath).toBe(join(dir, 'fall.v1.json'));
    expect(requireManifest(await readManifestFile(manifestPath))).toEqual(manifest);
    expect(manifest).toMatchObject({ model_id: 'fall.v1', version: '1.0.0', model_path: 'fall.v1.onnx' });
    expect((await readdir(dir)).sort()).toEqual(['fall.v1.json', 'fall.v1.onnx']);
    expect(await readFile(manifestPath, 'utf8')).toContain('"input_size": [320, 320]');
  });

  it('writes nothing in a dry run', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'm.onnx'), DETECTOR);
    const { manifest } = await importModel(join(dir, 'm.onnx'), { dryRun: true });
    expect(manifest.model_id).toBe('m');
    expect(await readdir(dir)).toEqual(['m.onnx']);
  });

  it('tells when the manifest cannot be written', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'm.onnx'), DETECTOR);
    await mkdir(join(dir, 'm.json'));
    expect(await codeOf(importModel(join(dir, 'm.onnx'), { force: true }))).toBe('OUTPUT_FAILED');
    expect((await readdir(dir)).sort()).toEqual(['m.json', 'm.onnx']);
  });

  it('replaces a manifest only when told to', async () => {
    const dir = await temporaryDirectory();
    const model = join(dir, 'm.onnx');
    await writeFile(model, DETECTOR);
    await writeFile(join(dir, 'm.json'), 'mine');
    expect(await codeOf(importModel(model))).toBe('OPTIONS_INVALID');
    expect(await readFile(join(dir, 'm.json'), 'utf8')).toBe('mine');
    await importModel(model, { force: true });
    expect(requireManifest(await readManifestFile(join(dir, 'm.json'))).class_names).toEqual(['a', 'b']);
    expect(await readdir(dir)).toHaveLength(2);
  });

  it('lets one of two imports at once win', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'm.onnx'), DETECTOR);
    const codes = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(importModel(join(dir, 'm.onnx')))),
    );
    expect(codes.filter((code) => code === 'none')).toHaveLength(1);
    expect(codes.filter((code) => code === 'OPTIONS_INVALID')).toHaveLength(4);
  });

  it('refuses flags that do not fit the file, and writes nothing', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'm.onnx'), DETECTOR);
    expect(await codeOf(importModel(join(dir, 'm.onnx'), { inputSize: [640, 640] }))).toBe(
      'MODEL_INCOMPATIBLE',
    );
    expect(await codeOf(importModel(join(dir, 'm.onnx'), { version: 'one' }))).toBe('MANIFEST_INVALID');
    expect(await codeOf(importModel(join(dir, 'm.pt')))).toBe('OPTIONS_INVALID');
    expect(await readdir(dir)).toEqual(['m.onnx']);
  });
});

describe('readClasses', () => {
  it('takes coco, a list, or a file', async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, 'names.txt'), '\uFEFFperson\r\nwet floor\r\n\r\n');
    expect(await readClasses('coco')).toHaveLength(80);
    expect(await readClasses('person, bed')).toEqual(['person', 'bed']);
    expect(await readClasses(join(dir, 'names.txt'))).toEqual(['person', 'wet floor']);
    expect(await codeOf(readClasses(join(dir, 'absent.txt')))).toBe('OPTIONS_INVALID');
  });
});

describe.skipIf(!existsSync(TEST_MODELS))('real exports (skipped: no CARE_TEST_ASSETS)', () => {
  it.each([
    ['yolov8n_int8', {}, 'object-detection', 80, 'yolov8'],
    ['yolox_nano', { family: 'yolox', classes: 'coco' }, 'object-detection', 80, 'yolox'],
    ['yolov8n-seg_int8', {}, 'instance-segmentation', 80, 'yolov8'],
    ['yolo11n-pose_int8', {}, 'pose-estimation', 1, 'yolov8'],
  ])(
    '%s',
    async (name, { classes, ...flags }: { family?: string; classes?: string }, task, count, decoder) => {
      const dir = await temporaryDirectory();
      const model = join(dir, `${name}.onnx`);
      await copyFile(join(TEST_MODELS, `${name}.onnx`), model);
      const stated = classes === undefined ? {} : { classes: await readClasses(classes) };
      const { manifest } = await importModel(model, { ...flags, ...stated });
      expect(manifest).toMatchObject({ model_id: name, task_type: task, postprocessing: { decoder } });
      expect(manifest.class_names).toHaveLength(count);
    },
  );
});
