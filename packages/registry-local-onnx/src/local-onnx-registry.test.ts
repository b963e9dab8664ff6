import { readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CareError } from '@care/registry-core';
import { isCareError, type CareErrorCode } from '@care/registry-core';
import { describe, expect, it } from 'vitest';
import {
  DETECTOR,
  localRegistry,
  manifestOf,
  modelsDirectory,
  writeFiles,
} from './models-directory.fixture.js';

async function failure(work: Promise<unknown>): Promise<CareError> {
  try {
    await work;
  } catch (error) {
    if (isCareError(error)) return error;
    throw error;
  }
  throw new Error('it succeeded');
}

const GOOD = { 'good.json': manifestOf('good'), 'detector.onnx': DETECTOR };

describe('resolve', () => {
  it("gives the package of one of the predecessor's manifests", async () => {
    const dir = await modelsDirectory({
      'yolov11/yolov11n-320-detection.json': manifestOf('yolov11n-320', {
        metadata: { quantization: 'int8' },
      }),
      'yolov11/detector.onnx': DETECTOR,
      'README.md': '# Local models',
    });
    const { resolve, logger } = localRegistry(dir);
    const path = join(dir, 'yolov11', 'detector.onnx');
    expect(await resolve('yolov11n-320')).toMatchObject({
      modelId: 'yolov11n-320',
      task: 'object-detection',
      inputSize: { height: 32, width: 32 },
      postprocessing: { decoder: 'auto', confidenceThreshold: 0.5, iouThreshold: 0.45 },
      metadata: { quantization: 'int8' },
      source: join(dir, 'yolov11', 'yolov11n-320-detection.json'),
      variants: [
        {
          id: 'onnx-fp32',
          format: 'onnx',
          artifacts: [{ name: 'detector.onnx', role: 'model', path, size: DETECTOR.length }],
          inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
          exporterMetadata: { task: 'detect' },
        },
      ],
    });
    expect(logger.lines).toEqual([]);
  });

  it('lists near names for an unknown one', async () => {
    const { resolve } = localRegistry(await modelsDirectory(GOOD));
    expect((await failure(resolve('goood'))).remedy).toBe('Did you mean good?');
    expect((await failure(resolve('other'))).remedy).toBe('Models that are there: good.');
  });

  it('sees a new, a changed and a removed manifest without restart', async () => {
    const dir = await modelsDirectory(GOOD);
    const { resolve, registry } = localRegistry(dir);
    await resolve('good');
    await writeFiles(dir, {
      'more.json': manifestOf('more'),
      'good.json': manifestOf('good', { version: '2.0.0' }),
    });
    expect((await resolve('more')).modelId).toBe('more');
    expect((await resolve('good')).version).toBe('2.0.0');
    await rm(join(dir, 'more.json'));
    expect((await failure(resolve('more'))).code).toBe('MODEL_NOT_FOUND');
    expect(await registry.list()).toHaveLength(1);
  });

  it('sees a restored older file of the same size and time', async () => {
    const dir = await modelsDirectory({ ...GOOD, 'good.json': manifestOf('good', { version: '1.0.0' }) });
    const { resolve } = localRegistry(dir);
    const file = join(dir, 'good.json');
    const long = new Date(Date.now() - 60_000);
    await utimes(file, long, long);
    const old = await readFile(file, 'utf8');
    expect((await resolve('good')).version).toBe('1.0.0');
    await writeFile(file, old.replace('1.0.0', '1.0.1'));
    await utimes(file, long, long);
    expect((await stat(file)).mtimeMs).toBeCloseTo(long.getTime(), -1);
    expect((await resolve('good')).version).toBe('1.0.1');
  });

  it('gives variants in the order of the manifest', async () => {
    const variants = [
      { model_path: 'detector.onnx', precision: 'fp16' },
      { id: 'orin', model_path: 'd.engine', precision: 'int8' },
    ];
    const dir = await modelsDirectory({
      ...GOOD,
      'good.json': manifestOf('good', { variants }),
      'd.engine': 'ptrt',
    });
    const model = await localRegistry(dir).resolve('good');
    expect(model.variants.map(({ id, format }) => [id, format])).toEqual([
      ['onnx-fp32', 'onnx'],
      ['onnx-fp16', 'onnx'],
      ['orin', 'tensorrt-engine'],
    ]);
  });

  it('gives the weights of an OpenVINO IR with it', async () => {
    const variants = [
      { id: 'whole', model_path: 'ov/d.xml', precision: 'fp16' },
      { id: 'alone', model_path: 'alone.xml', precision: 'fp16' },
    ];
    const dir = await modelsDirectory({
      ...GOOD,
      'good.json': manifestOf('good', { variants }),
      'ov/d.xml': '<net/>',
      'ov/d.bin': '12345',
      'alone.xml': '<net/>',
    });
    const { variants: found } = await localRegistry(dir).resolve('good');
    const artifacts = found
      .slice(1)
      .map((variant) => variant.artifacts.map(({ name, role, size }) => [name, role, size]));
    expect(artifacts).toEqual([
      [
        ['d.xml', 'model', 6],
        ['d.bin', 'external-data', 5],
      ],
      [['alone.xml', 'model', 6]],
    ]);
    expect(found[1]).toMatchObject({ format: 'openvino-ir' });
    expect(found[1]?.artifacts[1]?.path).toBe(join(dir, 'ov', 'd.bin'));
  });

  it('has nothing when it is switched off', async () => {
    const { resolve, registry } = localRegistry(await modelsDirectory(GOOD), { enabled: false });
    expect((await failure(resolve('good'))).code).toBe('MODEL_NOT_FOUND');
    expect(await registry.list()).toEqual([]);
  });

  it('warns once of an absent or empty directory', async () => {
    const empty = await modelsDirectory();
    for (const [dir, words] of [
      [empty, 'no manifest'],
      [join(empty, 'absent'), 'does not exist'],
    ] as const) {
      const { resolve, logger } = localRegistry(dir);
      for (let call = 0; call < 3; call++) expect((await failure(resolve('x'))).code).toBe('MODEL_NOT_FOUND');
      expect(logger.lines).toEqual([expect.stringMatching(new RegExp(`^warn: .*${words}`))]);
    }
  });

  it('refuses a file in the place of the directory', async () => {
    const dir = await modelsDirectory({ file: 'x' });
    expect((await failure(localRegistry(join(dir, 'file')).resolve('x'))).code).toBe('OPTIONS_INVALID');
  });
});

describe('broken manifests', () => {
  const TEXT = JSON.stringify(manifestOf('bad'));
  it.each<[string, string | Uint8Array, string]>([
    ['a trailing comma', TEXT.replace(/}$/, ',}'), 'a comma before }'],
    ['a key twice', TEXT.replace('{', '{"model_id": "other", '), 'the key "model_id" a second time'],
    ['a byte order mark', `\uFEFF${TEXT}`, 'a byte order mark'],
    ['a wrong type', TEXT.replace('[32,32]', '"32x32"'), '$.input_size: found "32x32"'],
    ['nothing in it', '', 'an empty file'],
    ['no object', '[1]', '$: found [1], expected an object'],
    ['a picture in it', Uint8Array.from([0x89, 0x50, 0x4e, 0x47]), 'bytes that are no UTF-8'],
    ['a depth of 100,000', '['.repeat(100_000), 'more than 64 deep'],
  ])('%s is named with file and place', async (_name, text, expected) => {
    const dir = await modelsDirectory({ ...GOOD, 'sub/bad.json': text });
    const error = await failure(localRegistry(dir).resolve('good'));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain('sub/bad.json:1:');
    expect(error.message).toContain(expected);
  });

  it('are reported all at once, sorted, on the first look', async () => {
    const dir = await modelsDirectory({
      ...GOOD,
      'b.json': manifestOf('b', { input_size: [0, 32], class_names: [] }),
      'a.json': manifestOf('a', { model_path: 'a.pt' }),
    });
    const { resolve, registry } = localRegistry(dir);
    const error = await failure(resolve('good'));
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(`The models directory ${dir} has 3 errors in 2 manifests:`);
    expect(lines.slice(1).map((line) => line.trim().split(':')[0])).toEqual(['a.json', 'b.json', 'b.json']);
    expect((await failure(registry.list())).code).toBe('MANIFEST_INVALID');
    // Mended, it works without a restart.
    await rm(join(dir, 'a.json'));
    await rm(join(dir, 'b.json'));
    expect((await resolve('good')).modelId).toBe('good');
  });

  it('that come later concern their own model only', async () => {
    const dir = await modelsDirectory({ ...GOOD, 'late.json': manifestOf('late', { version: '1.0.0' }) });
    const { resolve, logger } = localRegistry(dir);
    await resolve('good');
    await writeFiles(dir, { 'late.json': manifestOf('late', { version: 'x' }) });
    expect((await resolve('good')).modelId).toBe('good');
    expect((await failure(resolve('late'))).code).toBe('MANIFEST_INVALID');
    expect(logger.lines.filter((line) => line.startsWith('error: late.json'))).toHaveLength(1);
  });

  it('concern their own model only from the start when not strict', async () => {
    const dir = await modelsDirectory({ ...GOOD, 'bad.json': '{' });
    const { resolve, registry } = localRegistry(dir, { strict: false });
    expect((await resolve('good')).modelId).toBe('good');
    // Its id cannot be read, its file name tells.
    expect((await failure(resolve('bad'))).code).toBe('MANIFEST_INVALID');
    expect((await failure(resolve('other'))).code).toBe('MODEL_NOT_FOUND');
    expect(await registry.list()).toHaveLength(1);
  });

  it.each([
    ['of one version', '1.0.0'],
    ['without a version', undefined],
  ])('two %s are an error that names both', async (_name, version) => {
    const change = version === undefined ? {} : { version };
    const dir = await modelsDirectory({
      ...GOOD,
      'a.json': manifestOf('twin', change),
      'z/b.json': manifestOf('twin', change),
    });
    const error = await failure(localRegistry(dir).resolve('good'));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain('as in z/b.json');
    expect(error.message).toContain('as in a.json');
    expect((await failure(localRegistry(dir, { strict: false }).resolve('twin'))).code).toBe(
      'MANIFEST_INVALID',
    );
  });

  it('are not deployment files and not what macOS leaves behind', async () => {
    const dir = await modelsDirectory({
      ...GOOD,
      'good.deployment.json': '{"model_id": "good"}',
      '._good.json': '\0\x05\x16\x07',
    });
    expect((await localRegistry(dir).resolve('good')).modelId).toBe('good');
  });
});

describe('model files', () => {
  const huge = async (dir: string) => truncate(join(dir, 'm.onnx'), 5 * 1024 ** 3);
  it.each<[string, string | Uint8Array | undefined, CareErrorCode, string]>([
    ['absent', undefined, 'ARTIFACT_MISSING', 'cannot be found'],
    ['empty', '', 'ARTIFACT_CORRUPT', 'is empty'],
    ['truncated', DETECTOR.subarray(0, 100), 'ARTIFACT_CORRUPT', 'no intact ONNX model'],
    ['a text', 'not a model', 'ARTIFACT_CORRUPT', 'it is a text file'],
    ['a web page', '<!doctype html><html>', 'ARTIFACT_CORRUPT', 'HTML'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', 'ARTIFACT_CORRUPT', 'git lfs pull'],
    ['huge', 'huge', 'ARTIFACT_CORRUPT', 'm.onnx is no intact ONNX model'],
  ])('%s', async (name, bytes, code, words) => {
    const files = bytes === undefined || name === 'huge' ? {} : { 'm.onnx': bytes };
    const dir = await modelsDirectory({ 'm.json': manifestOf('m', { model_path: 'm.onnx' }), ...files });
    if (name === 'huge') {
      await writeFile(join(dir, 'm.onnx'), '');
      await huge(dir);
    }
    const error = await failure(localRegistry(dir).resolve('m'));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).toContain('m.onnx');
  });

  it('that disagree with the manifest', async () => {
    const dir = await modelsDirectory({
      ...GOOD,
      'good.json': manifestOf('good', { input_size: [64, 64], class_names: ['one'] }),
    });
    const error = await failure(localRegistry(dir).resolve('good'));
    expect(error.code).toBe('MODEL_INCOMPATIBLE');
    expect(error.message).toMatch(/good\.json:\d+:\d+ \$\.class_names: found 1 class names, expected 2/);
    expect(error.message).toMatch(/good\.json:\d+:\d+ \$\.input_size: found \[64,64\], expected \[32, 32\]/);
  });

  it('outside the directory are forbidden unless allowed', async () => {
    const outside = await modelsDirectory({ 'detector.onnx': DETECTOR });
    const wanted = [
      '/etc/hostname.onnx',
      '../x.onnx',
      join('..', basename(outside), 'detector.onnx'),
      join(outside, 'detector.onnx'),
    ];
    for (const path of wanted) {
      const dir = await modelsDirectory({ 'm.json': manifestOf('m', { model_path: path }) });
      expect((await failure(localRegistry(dir).resolve('m'))).code).toBe('PATH_FORBIDDEN');
    }
    const dir = await modelsDirectory({
      'm.json': manifestOf('m', { model_path: join(outside, 'detector.onnx') }),
    });
    expect((await localRegistry(dir, { allowOutside: true }).resolve('m')).modelId).toBe('m');
  });

  it('may be named absolutely inside', async () => {
    const dir = await modelsDirectory(GOOD);
    await writeFiles(dir, { 'good.json': manifestOf('good', { model_path: join(dir, 'detector.onnx') }) });
    expect((await localRegistry(dir).resolve('good')).modelId).toBe('good');
  });
});
